//! What the server says besides English: codes, whose sentences clients have in the languages that they
//! speak. Those of a later server may be others.

macro_rules! codes {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $of:literal])+ $variant:ident = $code:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $of])+ $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

codes! {
    /// What a check found: the `code` of a [`Finding`](super::Finding).
    FoundCode {
        /// The site, or the page, has every comment wait.
        AllHeld = "all-held";
        /// Nothing of this person has been published.
        Newcomer = "newcomer";
        /// A browser or an account is banned.
        BannedPerson = "by-person";
        /// A network is.
        BannedNetwork = "by-network";
        /// A name is.
        BannedAuthor = "by-author";
        /// An e-mail address is.
        BannedEmail = "by-email";
        /// It answers what its author alone is shown.
        AnswersHidden = "answers-hidden";
        /// It has `n` links.
        Links = "links";
        /// The same text was posted before.
        Repeated = "repeated";
        /// It is the `n`th comment of a person within `time` seconds.
        Speed = "speed";
        /// `n` readers have reported it.
        Reports = "reports";
        /// `words` (each a `word` with its `percent`) make it spam to `percent`.
        Words = "words";
        /// A field was filled in that people don't see.
        Honeypot = "honeypot";
        /// It was written within `time` seconds.
        TooFast = "too-fast";
        /// It came without a script, where all have to prove their work.
        NoScript = "no-script";
        /// It came without a script, and has a link.
        NoScriptLink = "no-script-link";
        /// It came without a script, from a network that has sent spam.
        NoScriptSpam = "no-script-spam";
        /// It came without a script, while the site gets more than people write.
        NoScriptRush = "no-script-rush";
        /// It came without a proof of work, and was changed later.
        NoProofChanged = "no-proof-changed";
        /// It came without a script, and was given a link later.
        NoScriptLater = "no-script-later";
        /// The same text came `n` times within `time` seconds.
        Same = "same";
        /// Nearly the same did.
        Alike = "alike";
        /// `n` comments came from its network within `time` seconds.
        BurstNetwork = "burst-network";
        /// Of its author.
        BurstPerson = "burst-person";
        /// On the page.
        BurstPage = "burst-page";
        /// On the site.
        BurstSite = "burst-site";
        /// Its network has sent what was held, or spam, within `time` seconds.
        Distrust = "distrust";
        /// Akismet takes it for spam.
        Akismet = "akismet";
        /// Akismet is sure of it.
        AkismetSure = "akismet-sure";
    }
}

codes! {
    /// What is wrong with a request: the `code` of a [`Problem`](crate::Problem). A `field` among its
    /// values is the path of a setting.
    WrongCode {
        /// A number can be `least` to `most`.
        Range = "range";
        /// A text can have `least` to `most` characters.
        Length = "length";
        /// A name is needed.
        NameNeeded = "name-needed";
        /// A name has no @.
        NameAt = "name-at";
        /// It is no e-mail address.
        Email = "email";
        /// The password is too short.
        PasswordShort = "password-short";
        /// The password is longer than `most` bytes.
        PasswordLong = "password-long";
        /// The password is the name or the address.
        PasswordKnown = "password-known";
        /// The password would soon be guessed.
        PasswordCommon = "password-common";
        /// A pattern can't be used; `why` is English.
        Pattern = "pattern";
        /// There can be 1 to `most` words, of `longest` characters.
        Words = "words";
        /// What was reported can't be refused.
        ReportsRefused = "reports-refused";
        /// Only what answers nothing can be pinned.
        PinReply = "pin-reply";
        /// Nothing is known by which somebody could be banned.
        BanUnknown = "ban-unknown";
        /// It is neither a name nor an address.
        BanValue = "ban-value";
        /// It was undone before.
        DoneBefore = "done-before";
        /// Something else was done since.
        DoneSince = "done-since";
        /// Another user has that name.
        TakenName = "taken-name";
        /// Another user has that address.
        TakenEmail = "taken-email";
        /// The passkey is registered already.
        TakenPasskey = "taken-passkey";
        /// A second factor needs a passkey.
        PasskeyNeeded = "passkey-needed";
        /// Without the passkey there would be nothing to sign in by.
        PasswordFirst = "password-first";
        /// A user has at most `most` passkeys.
        PasskeysMost = "passkeys-most";
        /// Passkeys need a server that is reached by a name.
        PasskeyHost = "passkey-host";
        /// A role is needed.
        RoleNeeded = "role-needed";
        /// No site can have that name.
        SiteName = "site-name";
        /// There is a site of that name.
        SiteTaken = "site-taken";
        /// `value` is no origin.
        Origin = "origin";
        /// The site is set in the configuration file.
        OfFile = "of-file";
        /// The site's origins are set by an option.
        OriginsFixed = "origins-fixed";
        /// It can be an address of the web.
        Address = "address";
        /// They can be tags of languages.
        Languages = "languages";
        /// They can be emoji.
        Reactions = "reactions";
        /// It needs `least` characters.
        Short = "short";
        /// It is needed.
        Needed = "needed";
        /// There is another one with that address.
        Twice = "twice";
        /// There is no way to sign in.
        NoWay = "no-way";
        /// It is no public key.
        PublicKey = "public-key";
    }
}

codes! {
    /// What was done: the `action` of a [`Done`](super::Done).
    DoneCode {
        /// Comments were approved.
        Approve = "approve";
        /// They were taken for spam.
        Spam = "spam";
        /// They were hidden.
        Hide = "hide";
        /// They were deleted.
        Delete = "delete";
        /// They were pinned to the top.
        Pin = "pin";
        /// No more.
        Unpin = "unpin";
        /// They were made the owner's choice.
        Feature = "feature";
        /// No more.
        Unfeature = "unfeature";
        /// Branches, or pages, take no more replies.
        Lock = "lock";
        /// They do again.
        Unlock = "unlock";
        /// Comments were moved to another page.
        Move = "move";
        /// A comment was given another text.
        Edit = "edit";
        /// People were banned.
        Ban = "ban";
        /// Bans were lifted.
        Unban = "unban";
        /// It was changed what a page takes.
        Page = "page";
        /// Something of it was undone.
        Undo = "undo";
        /// A rule was made.
        RuleAdd = "rule-add";
        /// It was changed.
        RuleChange = "rule-change";
        /// It was removed.
        RuleRemove = "rule-remove";
        /// Somebody signed in.
        SignIn = "sign-in";
        /// Somebody could not.
        SignInFailed = "sign-in-failed";
        /// Somebody signed out.
        SignOut = "sign-out";
        /// Sessions were ended.
        SessionsEnd = "sessions-end";
        /// A password was set, or taken away.
        Password = "password";
        /// A link for a new password was made.
        PasswordLink = "password-link";
        /// A passkey was added.
        PasskeyAdd = "passkey-add";
        /// Passkeys were removed.
        PasskeyRemove = "passkey-remove";
        /// It was changed whether a passkey is asked for besides the password.
        SecondFactor = "second-factor";
        /// Somebody was made a user.
        UserAdd = "user-add";
        /// Name or address of one was changed.
        UserChange = "user-change";
        /// One was removed.
        UserRemove = "user-remove";
        /// One was kept out.
        UserDisable = "user-disable";
        /// One was let in again.
        UserEnable = "user-enable";
        /// Roles were changed.
        Grants = "grants";
        /// Somebody was invited.
        Invite = "invite";
        /// An invitation was withdrawn.
        InviteWithdraw = "invite-withdraw";
        /// A person's data was exported.
        PersonExport = "person-export";
        /// It was erased.
        PersonErase = "person-erase";
        /// Something was sent to a hook again.
        HookRetry = "hook-retry";
        /// Something will not be sent any more.
        HookDrop = "hook-drop";
        /// A test was sent to a hook.
        HookTest = "hook-test";
        /// A mail was sent again.
        MailRetry = "try-again";
        /// A mail will not be sent any more.
        MailDrop = "throw-away";
        /// Somebody's queue got another secret address.
        FeedRenew = "feed-renew";
        /// A site was made.
        SiteAdd = "site-add";
        /// Its settings were changed.
        SiteChange = "site-change";
        /// It was removed.
        SiteRemove = "site-remove";
    }
}

impl From<super::Action> for DoneCode {
    fn from(action: super::Action) -> Self {
        use super::Action;
        match action {
            Action::Approve => Self::Approve,
            Action::Spam => Self::Spam,
            Action::Hide => Self::Hide,
            Action::Delete => Self::Delete,
            Action::Pin => Self::Pin,
            Action::Unpin => Self::Unpin,
            Action::Feature => Self::Feature,
            Action::Unfeature => Self::Unfeature,
            Action::Lock => Self::Lock,
            Action::Unlock => Self::Unlock,
            Action::Move => Self::Move,
            Action::Edit => Self::Edit,
            Action::Ban => Self::Ban,
            Action::Unban => Self::Unban,
            Action::Page => Self::Page,
            Action::Rule => Self::RuleChange,
        }
    }
}
