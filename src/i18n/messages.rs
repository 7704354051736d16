//! Every message, by its key and in English.

macro_rules! messages {
    ($($variant:ident = $key:literal: $english:literal $(, one = $one:literal)?;)+) => {
        /// A message of the widget.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Msg {
            $(#[doc = $english] $variant,)+
        }

        impl Msg {
            /// Every message, for checks.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its key in `locales/LANG.json`.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// Its English text; of the forms by number, the one for many.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(Self::$variant => $english),+ }
            }

            /// Its English text for the number one.
            #[must_use]
            pub const fn english_one(self) -> &'static str {
                match self { $($(Self::$variant => $one,)?)+ _ => self.english() }
            }

            /// Whether it has forms by number.
            #[must_use]
            pub const fn is_counted(self) -> bool {
                match self { $($(Self::$variant => { let _ = $one; true })?)+ _ => false }
            }
        }
    };
}

messages! {
    Comments = "comments": "Comments";
    CommentCount = "comment-count": "{n} comments", one = "{n} comment";
    Search = "search": "Search";
    SortBy = "sort-by": "Sort by";
    SortNewest = "sort-newest": "Newest";
    SortOldest = "sort-oldest": "Oldest";
    SortTop = "sort-top": "Top";
    SortDiscussed = "sort-discussed": "Most discussed";
    VoteUp = "vote-up": "Vote up, {n} votes", one = "Vote up, {n} vote";
    VoteDown = "vote-down": "Vote down, {n} votes", one = "Vote down, {n} vote";
    React = "react": "Add a reaction";
    Reactions = "reactions": "Reactions";
    ArticleReactions = "article-reactions": "Reactions to the article";
    EnterComment = "enter-comment": "Enter comments here:";
    EnterReply = "enter-reply": "Your reply to {name}:";
    YourDraft = "your-draft": "What you had begun to write:";
    SlowMode = "slow-mode": "{n} seconds have to pass between two comments of yours.", one = "{n} second has to pass between two comments of yours.";
    EditComment = "edit-comment": "Your comment:";
    Name = "name": "Name (optional)";
    NameNeeded = "name-needed": "Name";
    Email = "email": "E-mail (optional, never shown)";
    EmailAnswers = "email-answers": "E-mail for answers (optional, never shown)";
    EmailNeeded = "email-needed": "E-mail (never shown)";
    Website = "website": "Website (optional)";
    RememberMe = "remember-me": "Remember me in this browser";
    Hint = "hint": "Markdown works: **bold**, _italic_, > quotation, `code`.";
    ShowPreview = "show-preview": "Preview";
    PreviewLabel = "preview-label": "Preview of your comment";
    Post = "post": "Post comment";
    PostReply = "post-reply": "Post reply";
    Save = "save": "Save changes";
    Cancel = "cancel": "Cancel";
    Reply = "reply": "Reply";
    ReplyTo = "reply-to": "Reply to {name}";
    AnswerOn = "answer-on": "Answer on {name}";
    SignIn = "sign-in": "Sign in";
    Edit = "edit": "Edit";
    Delete = "delete": "Delete";
    DeleteQuestion = "delete-question": "Delete this comment for good?";
    Keep = "keep": "Keep it";
    Undo = "undo": "Undo";
    MoreActions = "more-actions": "More";
    Muted = "muted": "Muted: {name}.";
    Show = "show": "Show";
    DraftCount = "draft-count": "{n} drafts", one = "{n} draft";
    MutedCount = "muted-count": "{n} muted people", one = "{n} muted person";
    OtherDevice = "other-device": "Use on another device";
    Retry = "retry": "Try again";
    EditAgain = "edit-again": "Change the text";
    Discard = "discard": "Discard";
    CommentBy = "comment-by": "Comment by {name}";
    Anonymous = "anonymous": "Anonymous";
    You = "you": "you";
    Edited = "edited": "edited";
    EditedByModerator = "edited-by-moderator": "edited by a moderator";
    Verified = "verified": "verified";
    Staff = "staff": "staff";
    Pinned = "pinned": "pinned";
    Featured = "featured": "the owner's choice";
    Locked = "locked": "takes no more replies";
    Sending = "sending": "sending…";
    NotSent = "not-sent": "not sent yet";
    Offline = "offline": "waits for the connection";
    WillBeSent = "will-be-sent": "You are offline. This is sent by itself as soon as the connection is back.";
    Pending = "pending": "waiting for approval";
    Deleted = "deleted": "This comment was deleted.";
    InReplyTo = "in-reply-to": "In reply to {name}";
    Branch = "branch": "{name} and {n} replies", one = "{name} and {n} reply";
    ReadMore = "read-more": "Read more";
    ReadLess = "read-less": "Show less";
    New = "new": "new";
    NextNew = "next-new": "{n} new since your last visit: next", one = "{n} new since your last visit: show";
    Spoiler = "spoiler": "Spoiler";
    MoreReplies = "more-replies": "Show {n} more replies", one = "Show {n} more reply";
    MoreRoots = "more-roots": "Show {n} more", one = "Show {n} more";
    MoreComments = "more-comments": "Show more comments";
    LeaveEmpty = "leave-empty": "Leave this empty:";
    Waiting = "waiting": "One moment…";
    News = "news": "{n} new comments", one = "{n} new comment";
    Outdated = "outdated": "Load the comments again";
    Meanwhile = "meanwhile": "This comment has changed elsewhere meanwhile. What you save here replaces that.";
    Empty = "empty": "No comments yet. Be the first to say something.";
    Incomplete = "incomplete": "Some comments could not be shown.";
    Local = "local": "These comments are kept in this browser alone: nobody else sees them.";
    SaidPosted = "said-posted": "Your comment has been posted.";
    SaidPending = "said-pending": "Your comment waits for approval.";
    SaidSaved = "said-saved": "Your changes have been saved.";
    SaidDeleted = "said-deleted": "Your comment has been deleted.";
    SaidRestored = "said-restored": "Your comment is back.";
    SaidMore = "said-more": "{n} more comments", one = "{n} more comment";
    SaidSorted = "said-sorted": "The comments are in another order now.";
    TextKept = "text-kept": "Your text is kept.";
    FailLoad = "fail-load": "The comments could not be loaded.";
    FailNetwork = "fail-network": "The comment server can't be reached. Check your connection, then try again.";
    FailTimeout = "fail-timeout": "The comment server takes too long to answer. Try again in a moment.";
    FailBadAnswer = "fail-bad-answer": "The comment server gave an answer that makes no sense. Try again later.";
    FailStatus = "fail-status": "The comment server refused with the code {limit}. Try again later.";
    FailStale = "fail-stale": "This was sent more than a day ago, and no answer came. If it doesn't stand here, try again.";
    FailStorage = "fail-storage": "This browser has no room left to keep comments.";
    FailServer = "fail-server": "The comment server is in trouble. Try again in a moment.";
    FailRateLimited = "fail-rate-limited": "That was a lot in a short time. Try again in {n} seconds.", one = "That was a lot in a short time. Try again in {n} second.";
    FailOrigin = "fail-origin": "This page may not send comments to this server. If it is your site, add its address to the server's option --origins.";
    FailSite = "fail-site": "The comment server doesn't know this site. If it is yours, check data-site.";
    FailPage = "fail-page": "The comment server can't take comments for this page's address. If the site is yours, set a shorter data-page-id.";
    FailTextEmpty = "fail-text-empty": "There is nothing to post yet. Write something first.";
    FailTextTooLong = "fail-text-too-long": "This is longer than a comment may be ({limit} bytes). Shorten it, then post it again.";
    FailTextInvalid = "fail-text-invalid": "The text holds characters that can't be shown. Remove them, then post it again.";
    FailTextTooNested = "fail-text-too-nested": "Quotations or lists are nested too deeply here (at most {limit} levels).";
    FailTooManyLinks = "fail-too-many-links": "There are too many links here (at most {limit}). Remove some, then post it again.";
    FailAuthorTooLong = "fail-author-too-long": "This name is too long (at most {limit} bytes). Shorten it, then post it again.";
    FailAuthorInvalid = "fail-author-invalid": "This name holds invisible characters. Type it anew, then post it again.";
    FailWebsite = "fail-website": "This website has no address of the web. Correct or remove it, then post it again.";
    FailNameNeeded = "fail-name-needed": "A name is needed here. Enter one, then post it again.";
    FailEmailNeeded = "fail-email-needed": "An e-mail address is needed here. Enter one, then post it again: readers never see it.";
    FailEmail = "fail-email": "No mail can reach this e-mail address. Correct or remove it, then post it again.";
    FailSignIn = "fail-sign-in": "Only people who have signed in can do that here.";
    FailClosed = "fail-closed": "No more comments are taken here.";
    FailDuplicate = "fail-duplicate": "This has been said here before, in the same words.";
    FailRefused = "fail-refused": "The comment server doesn't take this text. Change it, then post it again.";
    FailBanned = "fail-banned": "You can't comment here: you have been banned, for a time or for good.";
    FailProof = "fail-proof": "Post it once more: the server has to see that no program sent it.";
    FailVoted = "fail-voted": "Your vote has been counted already.";
    FailAnswered = "fail-answered": "Somebody has answered this comment: it can't be changed any more.";
    FailSetup = "fail-setup": "Comments can't be posted from this page yet. If the site is yours, the browser's console says how to change that.";
    FailParent = "fail-parent": "The comment you are answering is gone. Change the text to post it as a comment of its own.";
    FailTooDeep = "fail-too-deep": "This conversation can't go any deeper. Answer an earlier comment instead.";
    FailNotFound = "fail-not-found": "This comment is gone.";
    FailToken = "fail-token": "Only the browser that posted this comment can change it.";
    FailOwn = "fail-own": "Nobody votes on a comment of their own.";
    FailEditWindow = "fail-edit-window": "The time for changing this comment is over.";
    FailKeyReused = "fail-key-reused": "This was sent before with another text. Reload the page to see what is there.";
}
