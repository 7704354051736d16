//! What owners, admins and moderators speak with the server: `/api/v1/admin`.

mod account;
mod audit;
mod ban;
mod classifier;
mod code;
mod dashboard;
mod hook;
mod invitation;
mod list;
mod mail;
mod moderation;
mod obstacle;
mod oidc;
mod page;
mod passkey;
mod privacy;
mod role;
mod rule;
mod site;
mod window;

pub use account::{
    ChangeMe, ChangeUser, CurrentSession, Ended, NewPassword, SessionSeen, SetGrants, SignIn,
    SignedIn, User, Welcome,
};
pub use audit::Done;
pub use ban::{Ban, BanKind, Bans, NewBan};
pub use classifier::{Classified, Classifier, ClassifierWord};
pub use code::{DoneCode, FoundCode, WrongCode};
pub use dashboard::{CheckCount, Dashboard, Day, Queue};
pub use hook::{Deliveries, Delivery, DeliveryState, HookEvent, HookTry, Tried};
pub use invitation::{Acceptance, Invitation, Invited, NewInvitation};
pub use list::Items;
pub use mail::{MailChoice, MailMode, MailPreference, MailQueue, QueuedMail, SecretFeed};
pub use moderation::{
    Action, DoneAction, Finding, ModeratedComment, ModeratedComments, ModeratedDetail, NewAction,
    Numbers, Outcome, Person, SentReport, Verdict, Waiting,
};
pub use obstacle::{Obstacle, ObstacleKind};
pub use oidc::{OidcOffer, OidcReturn, OidcWay};
pub use page::{NewPage, Page, PageChange, PagePolicy, PageState, Pages};
pub use passkey::{
    Confirmation, NewPasskey, Passkey, PasskeyAnswer, PasskeyOptions, PasskeySignIn,
};
pub use privacy::{
    Erased, Erasure, ExportedAddress, ExportedBan, ExportedClaim, ExportedComment, ExportedMail,
    ExportedReader, ExportedReport, ExportedRequest, ExportedSession, ExportedSignIn, PersonExport,
};
pub use role::{Grant, Right, Role};
pub use rule::{NewRule, Rule, RuleAction, RuleFindings, RuleRemoved, RuleTest, RuleTrial, Rules};
pub use site::{NewSite, Site, SiteChange, SiteSource};
pub use window::{WindowAsks, WindowBegun, WindowClaim, WindowHands};
