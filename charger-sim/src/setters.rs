//! `with_*` methods for structs whose fields may all be changed.

/// One method per field, which takes what turns into the field's value.
macro_rules! setters {
    ($type:ident { $($method:ident($argument:ty): $field:ident),+ $(,)? }) => {
        impl $type {
            $(
                #[doc = concat!("The same with another [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub fn $method(mut self, $field: $argument) -> Self {
                    self.$field = $field.into();
                    self
                }
            )+
        }
    };
}

pub(crate) use setters;
