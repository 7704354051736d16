//! What the server's pages say beside the widget's texts.

macro_rules! words {
    ($($variant:ident = $key:literal: $english:literal;)+) => {
        /// What the server's pages say beside the widget's texts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Words {
            $(#[doc = $english] $variant,)+
        }

        impl Words {
            /// All of them.
            pub(super) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its key in `locales/LANG.json`.
            pub(super) const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            pub(super) const fn english(self) -> &'static str {
                match self { $(Self::$variant => $english),+ }
            }
        }
    };
}

// What begins with `page-fail-` is said on these pages instead of the widget's `fail-` sentence.
words! {
    Note = "page-note": "What you write here is sent by a page of its own.";
    Back = "page-back": "Back to the article";
    AllComments = "page-all-comments": "All comments";
    KeepLink = "page-keep-link": "Keep this link to edit or delete it:";
    LinkShown = "page-link-shown": "The link to edit or delete it has been shown already.";
    ShowComment = "page-show-comment": "Show the comment";
    Failed = "page-failed": "That did not work";
    GoBack = "page-go-back": "Go back: what you typed is still there.";
    YourText = "page-your-text": "Your text:";
    SendAgain = "page-send-again": "Send it again";
    FailBadAnswer = "page-fail-bad-answer": "Something is missing or wrong in this address or form. Go back to the article and try again.";
    FailOrigin = "page-fail-origin": "This came from a page that may not send it for you. If you meant it, check it and press the button.";
    FailToken = "page-fail-token": "Only the link that was shown when this comment was posted can change it.";
    FailParent = "page-fail-parent": "The comment you are answering is gone. You can post your text as a comment of its own.";
    FailKeyReused = "page-fail-key-reused": "Another text has been posted from this form already. If you want to post this one too, press the button.";
    // What mails say, and the pages that their links lead to.
    MailAsked = "page-mail-asked": "To hear of answers, look into your mailbox: a mail asks whether the address is yours, unless you have said so before.";
    MailConfirmSubject = "page-mail-confirm-subject": "Confirm your e-mail address";
    MailConfirm = "page-mail-confirm": "Somebody, probably you, wants to hear by e-mail when a comment on {host} is answered. Is this your address?";
    MailConfirmYes = "page-mail-confirm-yes": "Confirm the address";
    MailConfirmElse = "page-mail-confirm-else": "If that wasn't you, you need do nothing.";
    MailConfirmed = "page-mail-confirmed": "The address is confirmed. You will hear of answers.";
    MailNever = "page-mail-never": "Never write to this address";
    MailOutdated = "page-mail-outdated": "This link doesn't work any more.";
    MailAnswer = "page-mail-answer": "{name} answered you: {title}";
    MailAnswers = "page-mail-answers": "New answers to you: {title}";
    MailYouSaid = "page-mail-you-said": "You wrote:";
    MailSaid = "page-mail-said": "{name} answered:";
    MailShow = "page-mail-show": "Show the answer";
    MailWhy = "page-mail-why": "You get this mail because you asked to hear of answers on {host}.";
    MailLeave = "page-mail-leave": "No more mails about this page";
    MailLeaveAll = "page-mail-leave-all": "No more mails at all";
    MailLeft = "page-mail-left": "Done. You will get no more of these mails.";
    MailManage = "page-mail-manage": "Your e-mail notifications";
    MailWaits = "page-mail-waits": "Comments wait for you: {host}";
    MailHeld = "page-mail-held": "{name} wrote this on “{title}”, and it waits for approval:";
    MailReported = "page-mail-reported": "{name} wrote this on “{title}”, and readers have reported it:";
    MailApprove = "page-mail-approve": "Approve";
    MailSpam = "page-mail-spam": "Spam";
    MailQueue = "page-mail-queue": "Show the queue";
    MailWhyModerator = "page-mail-why-moderator": "You get this mail because you look after the comments on {host}.";
    MailSeenTo = "page-mail-seen-to": "Somebody has seen to this comment already.";
    MailDone = "page-mail-done": "Done.";
    MailNone = "page-mail-none": "No answers are sent to this address.";
    // Signing in by a link in a mail, and in a window.
    LoginSubject = "page-login-subject": "Your link to sign in on {host}";
    LoginMail = "page-login-mail": "Somebody, probably you, wants to sign in to comment on {host}. This link does it, once and within 15 minutes:";
    LoginAsk = "page-login-ask": "Sign in on {host}? Choose the number that is shown where you asked for this link. If you have not just asked for it, close this page.";
    LoginWrong = "page-login-wrong": "That is another number, so this link is no longer good. Ask for another one where you want to comment.";
    LoginDone = "page-login-done": "Done. You are signed in on the page where you asked for the link; you can close this one.";
    LoginOutdated = "page-login-outdated": "This link has been used, or it is older than 15 minutes. Ask for another one where you want to comment.";
    LoginWindow = "page-login-window": "You are signed in. You can close this window.";
    LoginAlone = "page-login-alone": "You are not signed in: this window has been cut off from the page that opened it. Close it, and sign in there in another way.";
    LoginRefused = "page-login-refused": "You are not signed in. You can close this window.";
    LoginLate = "page-login-late": "That took too long, or this window has been used already. Close it and try again.";
}

impl Words {
    /// What is said instead of the widget's message with that key.
    pub(super) fn instead_of(key: &str) -> Option<Self> {
        let is_instead = |words: &&Self| words.key().strip_prefix("page-") == Some(key);
        key.starts_with("fail-")
            .then(|| Self::ALL.iter().find(is_instead).copied())
            .flatten()
    }
}
