use super::apn::is_visible;
use crate::ValueError;

text_value! {
    /// A proxy as `host:port`, up to 63 bytes (object `2115_0`, 64 bytes with its NUL).
    ProxyAddress,
    expecting "a proxy as host:port, up to 63 characters",
    check check_address,
    schema { "maxLength": 63, "pattern": "^[A-Za-z0-9._-]+:[0-9]{1,5}$" }
}

text_value! {
    /// The user of a proxy, 1 to 31 bytes of printable ASCII (object `2116_0`, 32 bytes
    /// with its NUL).
    ProxyUser,
    expecting "a proxy user of 1 to 31 printable ASCII characters",
    check check_user,
    schema { "minLength": 1, "maxLength": 31, "pattern": "^[ -~]+$" }
}

fn check_address(address: &str) -> Result<(), ValueError> {
    let wrong = || {
        ValueError::new(
            "PROXY-ADDRESS-VALUE",
            "the proxy is not host:port of up to 63 characters",
        )
    };
    let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
    let host_is_plain = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    let port_is_number = port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok_and(|port| port > 0);
    if address.len() <= 63 && host_is_plain && port_is_number {
        Ok(())
    } else {
        Err(wrong())
    }
}

fn check_user(user: &str) -> Result<(), ValueError> {
    if (1..=31).contains(&user.len()) && is_visible(user) {
        Ok(())
    } else {
        Err(ValueError::new(
            "PROXY-USER-VALUE",
            "the proxy user is not 1 to 31 characters of printable ASCII",
        ))
    }
}
