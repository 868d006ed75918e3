use std::fmt;

use serde::Serialize;

use crate::objects::ObjectsSeen;
use crate::session::SessionSeen;
use crate::tls::TlsSeen;

/// What is known of a charger now, without what tells it from its siblings.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub(crate) model: String,
    pub(crate) firmware: String,
    pub(crate) charger_type: String,
    pub(crate) serial_number_shape: String,
    pub(crate) identity_shape: String,
    pub(crate) tls: Option<TlsSeen>,
    pub(crate) session: SessionSeen,
    pub(crate) objects: ObjectsSeen,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "model     {}, firmware {}", self.model, self.firmware)?;
        writeln!(f, "type      {}", self.charger_type)?;
        writeln!(f, "serial    {}", self.serial_number_shape)?;
        writeln!(f, "identity  {}", self.identity_shape)?;
        if let Some(tls) = &self.tls {
            write_tls(tls, f)?;
        }
        write_session(&self.session, f)?;
        write_objects(&self.objects, f)
    }
}

fn write_tls(tls: &TlsSeen, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "\nTLS")?;
    for tried in &tls.tried {
        writeln!(f, "  {}: {}", tried.offered, tried.outcome)?;
    }
    for certificate in &tls.certificates {
        writeln!(
            f,
            "  certificate `{}` of `{}`, {} bytes",
            certificate.subject, certificate.issuer, certificate.der_bytes
        )?;
    }
    for finding in &tls.findings {
        writeln!(f, "  {finding}")?;
    }
    Ok(())
}

fn write_session(session: &SessionSeen, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "\nSession")?;
    writeln!(f, "  who it is after      {} ms", session.identify_ms)?;
    writeln!(f, "  first object after   {} ms", session.first_read_ms)?;
    writeln!(f, "  every object after   {} ms", session.read_all_ms)?;
    let pages: Vec<String> = session.pages.iter().map(u64::to_string).collect();
    writeln!(f, "  objects by page      {}", pages.join(", "))?;
    match session.announced {
        Some(total) => writeln!(f, "  total announced      {total}")?,
        None => writeln!(f, "  total announced      no")?,
    }
    let left_out = match session.unknown_id_left_out {
        true => "yes",
        false => "no",
    };
    writeln!(f, "  unknown id left out  {left_out}")?;
    writeln!(f, "  login after logout   {}", session.second_login)?;
    writeln!(f, "  last upload          {}", session.upload_status)?;
    writeln!(f, "  log lines            {}", session.log_lines)
}

fn write_objects(objects: &ObjectsSeen, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "\nObjects")?;
    for (category, count) in &objects.categories {
        writeln!(f, "  {category:12} {count}")?;
    }
    writeln!(f, "  not in the dictionary: {}", objects.unknown.len())?;
    for object in &objects.unknown {
        writeln!(
            f,
            "    {} type {} access {} length {}",
            object.id, object.data_type, object.access, object.length
        )?;
    }
    writeln!(
        f,
        "  not as the dictionary says: {}",
        objects.different.len()
    )?;
    for it in &objects.different {
        writeln!(
            f,
            "    {} {}: {} expected, {} found",
            it.id, it.what, it.expected, it.found
        )?;
    }
    write!(f, "  not on this charger: {}", objects.missing.join(" "))
}
