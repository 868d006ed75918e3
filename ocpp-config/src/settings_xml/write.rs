use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::SettingsFile;

impl SettingsFile {
    /// The file as the vendor's tool writes it: ids padded, UTF-8.
    pub fn to_xml(&self) -> String {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        // Writing to memory cannot fail; what was written so far is returned if it does.
        let _ = self.write(&mut writer);
        String::from_utf8(writer.into_inner()).unwrap_or_default()
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        writer
            .create_element("Settings")
            .write_inner_content(|writer| {
                text(writer, "XMLVersion", "1.0")?;
                text(writer, "Version", "1.0")?;
                text(writer, "Date", self.date.as_deref().unwrap_or_default())?;
                text(writer, "Model", self.model.as_deref().unwrap_or_default())?;
                let sockets = self.sockets.as_deref().unwrap_or_default();
                text(writer, "NumberOfSockets", sockets)?;
                writer.create_element("Information").write_empty()?;
                self.device(writer)?;
                self.properties_element(writer)
            })?;
        Ok(())
    }

    fn device(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        writer
            .create_element("Device")
            .write_inner_content(|writer| {
                let identity = self.identity.as_deref().unwrap_or_default();
                text(writer, "Identity", identity)
            })?;
        Ok(())
    }

    fn properties_element(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        writer
            .create_element("Properties")
            .write_inner_content(|writer| {
                for property in &self.properties {
                    writer
                        .create_element("Property")
                        .with_attribute(("Id", property.id.padded().as_str()))
                        .with_attribute(("Value", property.value.as_str()))
                        .write_empty()?;
                }
                Ok(())
            })?;
        Ok(())
    }
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, content: &str) -> io::Result<()> {
    let element = writer.create_element(name);
    element.write_text_content(BytesText::new(content))?;
    Ok(())
}
