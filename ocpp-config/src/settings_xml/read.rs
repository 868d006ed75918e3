use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{SettingsFile, SettingsProperty};
use crate::Concern;

/// The largest file that is read: some hundred settings make well under 100 KiB.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

/// The most settings that a file may hold; chargers have a few hundred.
pub const MAX_PROPERTIES: usize = 20_000;

/// How deep elements may nest; the vendor's files have three levels.
const MAX_DEPTH: usize = 16;

impl SettingsFile {
    /// Reads a settings file in UTF-8, with or without a byte order mark.
    ///
    /// No input panics. Document type declarations are refused, so nothing expands;
    /// unknown elements are skipped; memory is bounded by the input's length, which is at
    /// most [`MAX_FILE_BYTES`].
    ///
    /// # Errors
    /// If it is too large, not UTF-8, not well-formed XML, not a settings file, or has a
    /// property without an id or a value.
    pub fn parse(xml: &[u8]) -> Result<Self, SettingsXmlError> {
        if xml.len() > MAX_FILE_BYTES {
            return Err(SettingsXmlError::TooLarge);
        }
        let xml = xml.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(xml);
        let text = std::str::from_utf8(xml).map_err(|_| SettingsXmlError::NotUtf8)?;
        let mut reader = Reader::from_str(text);
        let mut state = State::default();
        loop {
            let event = reader.read_event().map_err(SettingsXmlError::malformed)?;
            if matches!(event, Event::Eof) {
                break state.finish();
            }
            state.take(event)?;
        }
    }
}

/// Why a text is no settings file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsXmlError {
    /// More than [`MAX_FILE_BYTES`], more than [`MAX_PROPERTIES`], or nested too deep.
    #[error("the settings file is too large")]
    TooLarge,
    /// Not UTF-8. Way out: save it as UTF-8.
    #[error("the settings file is not UTF-8 text")]
    NotUtf8,
    /// Not well-formed XML.
    #[error("the settings file is not well-formed XML")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A document type declaration, which no settings file has.
    #[error("the settings file has a document type declaration")]
    DocumentType,
    /// The outermost element is not `Settings`. An encrypted `.exml` file ends here.
    #[error("the file is no settings file: its outermost element is not <Settings>")]
    NotSettings,
    /// A `Property` without a readable `Id`, or without a `Value`.
    #[error("property number {number} of the settings file has no readable id and value")]
    Property {
        /// Its place among the properties, from 1.
        number: usize,
    },
}

impl SettingsXmlError {
    /// Whom it concerns: whoever chose the file.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }

    fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Malformed(Box::new(error))
    }
}

#[derive(Default)]
struct State {
    /// The names of the open elements.
    path: Vec<String>,
    text: String,
    seen_root: bool,
    file: SettingsFile,
}

impl State {
    fn take(&mut self, event: Event<'_>) -> Result<(), SettingsXmlError> {
        match event {
            Event::Start(start) => self.open(&start)?,
            Event::Empty(start) => {
                self.open(&start)?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text.push_str(&text.xml10_content()),
            Event::CData(text) => self.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => self.text.push_str(&resolve(&reference)?),
            Event::DocType(_) => return Err(SettingsXmlError::DocumentType),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<SettingsFile, SettingsXmlError> {
        match (self.seen_root, self.path.is_empty()) {
            (false, _) => Err(SettingsXmlError::NotSettings),
            (true, true) => Ok(self.file),
            (true, false) => Err(SettingsXmlError::malformed(Unclosed)),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), SettingsXmlError> {
        let name = start.local_name().as_ref().to_owned();
        if self.path.is_empty() {
            if name != "Settings" || self.seen_root {
                return Err(SettingsXmlError::NotSettings);
            }
            self.seen_root = true;
        }
        if self.path.len() >= MAX_DEPTH || self.file.properties.len() >= MAX_PROPERTIES {
            return Err(SettingsXmlError::TooLarge);
        }
        self.path.push(name);
        self.text.clear();
        if self.is_at(&["Settings", "Properties", "Property"]) {
            self.property(start)?;
        }
        Ok(())
    }

    fn close(&mut self) {
        let place = [
            (["Settings", "Date"].as_slice(), &mut self.file.date),
            (&["Settings", "Model"], &mut self.file.model),
            (&["Settings", "NumberOfSockets"], &mut self.file.sockets),
            (&["Settings", "Device", "Identity"], &mut self.file.identity),
        ]
        .into_iter()
        .find_map(|(path, place)| (self.path == path).then_some(place));
        if let Some(place) = place {
            *place = Some(self.text.trim().to_owned());
        }
        self.text.clear();
        self.path.pop();
    }

    fn property(&mut self, start: &BytesStart<'_>) -> Result<(), SettingsXmlError> {
        let (mut id, mut value) = (None, None);
        for attribute in start.attributes() {
            let attribute = attribute.map_err(SettingsXmlError::malformed)?;
            let text = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(SettingsXmlError::malformed)?;
            match attribute.key.as_ref() {
                "Id" => id = text.parse().ok(),
                "Value" => value = Some(text.into_owned()),
                _ => {}
            }
        }
        let (Some(id), Some(value)) = (id, value) else {
            let number = self.file.properties.len() + 1;
            return Err(SettingsXmlError::Property { number });
        };
        self.file.properties.push(SettingsProperty { id, value });
        Ok(())
    }

    fn is_at(&self, path: &[&str]) -> bool {
        self.path == path
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, SettingsXmlError> {
    let character = reference
        .resolve_char_ref()
        .map_err(SettingsXmlError::malformed)?;
    if let Some(character) = character {
        return Ok(character.into());
    }
    resolve_predefined_entity(&reference.xml10_content())
        .map(str::to_owned)
        .ok_or_else(|| SettingsXmlError::malformed(UnknownEntity))
}

#[derive(Debug, thiserror::Error)]
#[error("an element is not closed")]
struct Unclosed;

#[derive(Debug, thiserror::Error)]
#[error("an entity is not one of XML's own")]
struct UnknownEntity;
