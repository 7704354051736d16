//! The page that a link to sign in by opens.

use afterword::i18n::Msg;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{Opened, alert, button, notice};
use crate::domain::{Purpose, digest};
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::language::Words;
use crate::http::thread::{Page, Visit};

fn page(visit: &Visit, status: StatusCode, body: Markup) -> Response {
    Page::lone(
        visit,
        status,
        visit.language.message(Msg::SignIn),
        None,
        body,
    )
}

fn outdated(visit: &Visit) -> Response {
    let body = alert(visit, Words::LoginOutdated);
    page(visit, StatusCode::NOT_FOUND, body)
}

fn done(visit: &Visit, words: Words) -> Response {
    page(visit, StatusCode::OK, notice(visit, words))
}

/// How many numbers there are to choose from.
const CHOICES: usize = 3;

/// The number that the page shows that waits, among others. By the link, which nobody else knows, so that
/// they are the same whenever it is opened.
fn choices(link: &str, right: &str) -> Vec<String> {
    let seed = digest(["numbers", link].concat().as_bytes());
    let (place, rest) = (seed[0], &seed[1..]);
    let mut numbers = vec![right.to_owned()];
    for four in rest.chunks_exact(4) {
        let number = four
            .iter()
            .fold(0, |all, byte| (all << 8) | u32::from(*byte));
        let number = format!("{:04}", number % 10_000);
        if numbers.len() < CHOICES && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let place = usize::from(place) % numbers.len();
    numbers.swap(0, place);
    numbers
}

/// `/mail/sign-in`: asks for the number that the page shows that waits, and the right one signs in there.
/// Whoever has had somebody else's address written to can't have them press a button that is the only one.
pub(in crate::http) async fn sign_in(
    State(context): State<Shared>,
    opened: Opened,
) -> Result<Response, ApiError> {
    let visit = &opened.visit;
    let Some(id) = context.number_of(&opened, Purpose::SignIn) else {
        return Ok(outdated(visit));
    };
    let now = context.clock.now();
    let Some(waiting) = context.store.waiting_login(id, now).await? else {
        return Ok(outdated(visit));
    };
    // Pressed twice, or looked at again.
    if waiting.is_confirmed {
        return Ok(done(visit, Words::LoginDone));
    }
    let sent = opened.sent.as_ref();
    if sent.is_some_and(|sent| sent.get("never").is_some()) {
        let store = &context.store;
        store.refuse_login(id, &waiting.email, now).await?;
        return Ok(done(visit, Words::MailLeft));
    }
    if let Some(number) = sent.and_then(|sent| sent.get("number")) {
        if number != waiting.number {
            context.store.end_login(id).await?;
            let body = alert(visit, Words::LoginWrong);
            return Ok(page(visit, StatusCode::FORBIDDEN, body));
        }
        return Ok(match context.store.confirm_login(id, now).await? {
            true => done(visit, Words::LoginDone),
            false => outdated(visit),
        });
    }
    let base = context.mailer.as_ref().map_or("", |mailer| mailer.base());
    let host = context.host_of_login(&waiting, base);
    let body = html! {
        p { (visit.language.say_with(Words::LoginAsk, &[("host", &host)])) }
        p dir="auto" { strong { (waiting.name) } }
        form class="numbers" method="post" {
            @for number in choices(&opened.link, &waiting.number) {
                button class="button" name="number" value=(number) dir="ltr" { (number) }
            }
        }
        (button(visit, Words::MailNever, "never", "1", false))
    };
    Ok(page(visit, StatusCode::OK, body))
}
