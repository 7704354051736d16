//! Names and addresses of who looks after comments.

use std::str::FromStr;

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::WrongCode;

use super::check_name;
use crate::error::Refusal;

/// Most bytes of a name.
const NAME: u32 = 100;
/// Most bytes of an address (RFC 5321, section 4.5.3.1.3).
const ADDRESS: usize = 254;

fn wrong(detail: &str, code: WrongCode) -> Refusal {
    Refusal::because(ProblemKind::InvalidRequest, detail).coded(code)
}

/// The name of a user, without blanks around it.
pub(crate) fn check_user_name(name: &str) -> Result<&str, Refusal> {
    let name = check_name(Some(name), NAME)?
        .ok_or_else(|| wrong("a user has a name", WrongCode::NameNeeded))?;
    // Or it could be somebody else's address.
    match name.contains('@') {
        true => Err(wrong("a user's name has no @", WrongCode::NameAt)),
        false => Ok(name),
    }
}

/// An e-mail address without blanks around it; none when nothing is left.
pub(crate) fn check_email(email: &str) -> Result<Option<&str>, Refusal> {
    let email = email.trim();
    if email.is_empty() {
        return Ok(None);
    }
    match email.len() <= ADDRESS && lettre::Address::from_str(email).is_ok() {
        true => Ok(Some(email)),
        false => Err(wrong("this is no e-mail address", WrongCode::Email)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_nobody_s_address() {
        assert_eq!(check_user_name(" Ada Lovelace "), Ok("Ada Lovelace"));
        assert!(check_user_name("ada@example.org").is_err());
        assert!(check_user_name("  ").is_err());
        assert_eq!(check_email(" ada@example.org"), Ok(Some("ada@example.org")));
        assert_eq!(check_email(""), Ok(None));
        for wrong in ["ada", "@example.org", "a b@example.org", "ada@"] {
            assert!(check_email(wrong).is_err(), "{wrong}");
        }
    }
}
