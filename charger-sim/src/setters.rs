//! `with_*` methods for structs whose fields may all be changed.

/// One method per field, which takes the value and returns it changed.
macro_rules! setters {
    ($type:ident { $($method:ident: $field:ident: $value:ty),+ $(,)? }) => {
        impl $type {
            $(
                #[doc = concat!("The same with another [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub fn $method(mut self, $field: impl Into<$value>) -> Self {
                    self.$field = $field.into();
                    self
                }
            )+
        }
    };
}

pub(crate) use setters;
