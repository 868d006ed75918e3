use charger_link::Identity;

/// The shape of a name: letters become `A` or `a`, digits `9`, the rest stays.
pub(crate) fn shape(text: &str) -> String {
    text.chars()
        .map(|it| match it {
            it if it.is_ascii_digit() => '9',
            it if it.is_uppercase() => 'A',
            it if it.is_alphabetic() => 'a',
            it => it,
        })
        .collect()
}

/// Replaces what tells one charger from another by its shape.
pub(crate) struct Redactor(Vec<String>);

impl Redactor {
    pub(crate) fn new(identity: &Identity) -> Self {
        let names = [&identity.serial_number, &identity.identity];
        Self(
            names
                .into_iter()
                .filter(|it| it.len() > 3)
                .cloned()
                .collect(),
        )
    }

    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, name| {
            [name.clone(), name.to_lowercase(), name.to_uppercase()]
                .iter()
                .fold(text, |text, name| text.replace(name, &shape(name)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_as_its_shape_only() {
        let mut identity = Identity::default();
        identity.serial_number = "ACE0999001".to_owned();
        let redactor = Redactor::new(&identity);
        let text = redactor.redact("CN=ACE0999001, DNS alfen-ace0999001.local");
        assert_eq!(text, "CN=AAA9999999, DNS alfen-aaa9999999.local");
    }
}
