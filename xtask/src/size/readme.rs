//! What README.md says of the sizes must be so.

use anyhow::{Context, Result, bail};

/// `README.md` says `N kB of NAME`, and N is right but for one in its last digit.
pub(super) fn agrees(readme: &str, name: &str, bytes: usize) -> Result<()> {
    let end = format!(" kB of {name}");
    let said = readme
        .split_once(&end)
        .and_then(|(before, _)| {
            before
                .rsplit(|c: char| c.is_whitespace() || c == '(')
                .next()
        })
        .with_context(|| format!("README.md must say `N{end}`"))?;
    let (whole, fraction) = said.split_once('.').unwrap_or((said, ""));
    let digits = u32::try_from(fraction.len())?;
    let unit = 1_000 / 10_usize.pow(digits);
    let number: usize = format!("{whole}{fraction}")
        .parse()
        .with_context(|| format!("README.md says `{said}{end}`"))?;
    if (number * unit).abs_diff(bytes) > unit {
        bail!(
            "README.md says `{said}{end}`, but it is {} kB",
            super::kilobytes(bytes)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::agrees;

    const README: &str = "After brotli: 1.5 kB of loader, and then\n80 kB of program, once.";

    #[test]
    fn a_number_may_be_off_by_one_in_its_last_digit() {
        assert!(agrees(README, "loader", 1_470).is_ok());
        assert!(agrees(README, "loader", 1_399).is_err());
        assert!(agrees(README, "program", 81_000).is_ok());
        assert!(agrees(README, "program", 81_001).is_err());
        assert!(agrees(README, "program", 78_999).is_err());
    }

    #[test]
    fn a_number_must_be_there() {
        assert!(agrees(README, "style", 3_000).is_err());
        assert!(agrees("some kB of style", "style", 3_000).is_err());
    }
}
