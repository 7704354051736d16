//! The server as its clients see it: over HTTP, on a database file of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod accounts;
mod admin_sites;
mod app;
mod assets;
mod bad_input;
mod cache;
mod changes;
mod command_line;
mod conditional;
mod conformance;
mod counts;
mod deleting;
mod description;
mod editing;
mod evading;
mod feeds;
mod forgetting;
mod forms;
mod fragment;
mod guard;
mod hidden;
mod history;
mod holding;
mod hooks;
mod idempotency;
mod images;
mod in_place;
#[path = "../../../tests/e2e/src/issuer.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "it is written for the stories of browsers, which use all of it"
)]
mod issuer;
mod lifecycle;
mod logging_in;
mod login_attacks;
mod mail;
mod mail_to_moderators;
mod moderating;
mod odd_requests;
mod oidc;
mod passkeys;
mod posting;
mod preview;
mod privacy;
mod protocol_document;
mod python;
mod reader;
mod reading;
mod receipts;
mod replying;
mod reporting;
mod restoring;
mod rights;
mod searching;
mod signing_in;
mod sites;
#[path = "../../../tests/e2e/src/smtp.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "it is written for the stories of browsers, which use all of it"
)]
mod smtp;
mod spam;
mod thoughts;
mod thread_page;
mod transferring;
mod undoing;
mod websites;
mod without_script;
