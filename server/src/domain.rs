//! What a comment may be.

mod clock;
mod email;
mod hex;
mod ids;
mod image;
pub(crate) mod link;
mod markdown;
mod name;
mod page;
mod password;
mod person;
mod plain;
mod room;
mod search;
mod shown;
mod text;
mod token;

pub use clock::Clock;
pub(crate) use clock::{day, rfc3339};
pub(crate) use email::check_address;
pub(crate) use hex::{hex, unhex};
pub(crate) use ids::{Ids, id_time, is_id};
pub(crate) use image::{Image, ImageName, name_of, remade, remade_face};
pub(crate) use link::Purpose;
pub(crate) use markdown::{named_images, render};
pub(crate) use name::check_name;
pub(crate) use page::{Page, check_page_key, check_website, page_title, page_url};
pub(crate) use password::{WrongPassword, check_password, hash_password, is_password};
pub(crate) use person::{check_email, check_user_name};
pub(crate) use plain::{covered, plain};
pub(crate) use room::make_room;
pub(crate) use search::Query;
pub(crate) use shown::{Shown, bare};
pub use text::Bounds;
pub(crate) use text::check_text;
pub(crate) use token::{Secret, Token, digest, random};
