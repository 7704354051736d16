//! Who may do what: the one table of it.

use serde::{Deserialize, Serialize};

/// What somebody is on a site, or on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks after the comments: the queue, actions, bans, locks.
    Moderator,
    /// All of that, and looks after the site: its settings, rules, people.
    Admin,
    /// Everything, everywhere.
    Owner,
}

/// What a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Read the queue, decide about comments, ban, lock pages.
    Moderate,
    /// Change the rules by which comments are held.
    Rules,
    /// Change what the site is like.
    Settings,
    /// Invite people, and change what they may do.
    Users,
    /// Read who has done what.
    Audit,
    /// Export and erase what is kept of a person.
    Privacy,
    /// What concerns all sites: new ones, mail, hooks.
    Server,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Moderator, Self::Admin, Self::Owner];

    /// What it may do on its site.
    #[must_use]
    pub const fn rights(self) -> &'static [Right] {
        use Right::{Audit, Moderate, Privacy, Rules, Server, Settings, Users};
        match self {
            Self::Moderator => &[Moderate],
            Self::Admin => &[Moderate, Rules, Settings, Users, Audit, Privacy],
            Self::Owner => &[Moderate, Rules, Settings, Users, Audit, Privacy, Server],
        }
    }

    /// Whether it may do that on its site.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        self.rights().contains(&right)
    }

    /// The name on the wire and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// A role on a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The site; absent for all of them, as an owner always has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// What its holder is there.
    pub role: Role,
}

impl Grant {
    /// Whether it lets its holder do that on that site; without a site, on all of them.
    #[must_use]
    pub fn allows(&self, right: Right, site: Option<&str>) -> bool {
        let is_there = match (&self.site, site) {
            (None, _) => true,
            (Some(own), Some(site)) => own == site,
            (Some(_), None) => false,
        };
        is_there && self.role.may(right)
    }
}
