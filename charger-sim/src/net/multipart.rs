//! The one multipart part of an upload.

/// The container in a `multipart/form-data` body, or `None` if the body is not exactly
/// one part named `firmwarefile`, as a charger wants it.
pub(crate) fn firmware_file<'a>(content_type: &str, body: &'a [u8]) -> Option<&'a [u8]> {
    let boundary = boundary(content_type)?;
    let opening = format!("--{boundary}\r\n");
    let closing = format!("\r\n--{boundary}--");
    let rest = body.strip_prefix(opening.as_bytes())?;
    let head_end = find(rest, b"\r\n\r\n")?;
    let (head, rest) = rest.split_at_checked(head_end)?;
    let content = rest.get(4..)?;
    let end = find_last(content, closing.as_bytes())?;
    let content = content.get(..end)?;
    let another = format!("\r\n--{boundary}\r\n");
    let head = std::str::from_utf8(head).ok()?;
    let named = head.contains("name=\"firmwarefile\"");
    (named && find(content, another.as_bytes()).is_none()).then_some(content)
}

fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.strip_prefix("multipart/form-data")?;
    let (_, boundary) = parameters.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then_some(boundary)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

fn find_last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .rposition(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=xyz";

    fn part(name: &str, content: &str) -> String {
        format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"filename\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{content}\r\n"
        )
    }

    #[test]
    fn one_part_is_what_a_charger_takes() {
        let body = part("firmwarefile", "a\r\n--xy b") + "--xyz--\r\n";
        assert_eq!(
            firmware_file(TYPE, body.as_bytes()),
            Some(b"a\r\n--xy b".as_slice())
        );
    }

    #[test]
    fn anything_else_is_refused() {
        let two = part("firmwarefile", "a") + &part("other", "b") + "--xyz--\r\n";
        let other = part("file", "a") + "--xyz--\r\n";
        let cut = part("firmwarefile", "a");
        for body in [two.as_str(), &other, &cut, "", "--xyz--"] {
            assert_eq!(firmware_file(TYPE, body.as_bytes()), None, "{body}");
        }
        assert_eq!(firmware_file("application/json", cut.as_bytes()), None);
    }
}
