//! Compiles and runs the snippets of the guide.

macro_rules! chapters {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(
            #[doc = include_str!(concat!("../../docs/guide/", $file))]
            #[allow(dead_code, reason = "only its documentation matters")]
            struct $name;
        )*
    };
}

chapters! {
    Changeover = "changeover.md",
    Document = "document.md",
    Gui = "gui.md",
    Service = "service.md",
    Testing = "testing.md",
    AddingALink = "adding-a-link.md",
    AddingARule = "adding-a-rule.md",
    ThreatModel = "threat-model.md",
    Hardware = "hardware.md",
}
