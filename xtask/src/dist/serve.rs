//! `cargo xtask serve`: Trunk with the tools of `setup` on its PATH.

use crate::process::describe;
use crate::project::Project;
use anyhow::{Context, Result, bail};

/// `cargo xtask serve`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Passed on to `trunk serve`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let mut trunk = project.command("trunk");
    trunk
        .arg("serve")
        .args(&options.arguments)
        .env_remove("NO_COLOR");
    println!("$ {}", describe(&trunk));
    let status = trunk
        .status()
        .context("`cargo xtask setup` installs Trunk")?;
    if !status.success() {
        bail!("trunk ended: {status}");
    }
    Ok(())
}
