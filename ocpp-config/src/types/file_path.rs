use crate::ValueError;

text_value! {
    /// Where a file is, as the document names it. This crate never opens it: whoever
    /// resolves the document decides what a path means.
    FilePath,
    expecting "a path of 1 to 4096 bytes",
    check check,
    schema { "minLength": 1, "maxLength": 4096 }
}

impl FilePath {
    /// Whether the name ends like a firmware container.
    pub(crate) fn is_fwi(&self) -> bool {
        self.as_str()
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("fwi"))
    }
}

fn check(path: &str) -> Result<(), ValueError> {
    if path.is_empty() || path.len() > 4096 || path.contains('\0') {
        Err(ValueError::new(
            "FILE-PATH",
            "the path is empty, longer than 4096 bytes or contains a NUL",
        ))
    } else {
        Ok(())
    }
}
