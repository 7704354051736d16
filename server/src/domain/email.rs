//! E-mail addresses.

use afterword_protocol::ProblemKind;
use lettre::Address;

use crate::error::Refusal;

/// Longest address (RFC 5321, section 4.5.3.1.3).
const LONGEST: usize = 254;

/// An address as mail is sent there, its domain in small letters; none when nothing was given.
pub(crate) fn check_address(typed: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
        return Ok(None);
    };
    let wrong = || Refusal::because(ProblemKind::EmailInvalid, "this can be no e-mail address");
    if typed.len() > LONGEST || typed.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(wrong());
    }
    let address: Address = typed.parse().map_err(|_| wrong())?;
    let domain = address.domain().to_lowercase();
    // On the Internet no address is at a name without a dot.
    if !domain.trim_matches('.').contains('.') {
        return Err(wrong());
    }
    Ok(Some([address.user(), "@", &domain].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_mail_goes_there() {
        let is = |typed: &str, address: &str| {
            let checked = check_address(Some(typed)).unwrap();
            assert_eq!(checked.as_deref(), Some(address), "{typed}");
        };
        is(" Ada.L+x@Example.ORG ", "Ada.L+x@example.org");
        is("ada@mail.example.co.uk", "ada@mail.example.co.uk");
        assert_eq!(check_address(Some("  ")), Ok(None));
        assert_eq!(check_address(None), Ok(None));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "a b@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@example.org, eve@example.org",
            "Ada <ada@example.org>",
            &format!("{}@example.org", "a".repeat(250)),
        ] {
            let refusal = check_address(Some(wrong)).unwrap_err();
            assert_eq!(refusal.kind, ProblemKind::EmailInvalid, "{wrong}");
        }
    }
}
