//! Bounds that every backend of this version keeps, whatever its owner configured.

/// Longest page key, in bytes of UTF-8.
pub const PAGE_KEY_BYTES: usize = 1024;
/// Longest page title, in bytes of UTF-8; a longer one is cut, not refused.
pub const PAGE_TITLE_BYTES: usize = 512;
/// Longest page address, in bytes.
pub const PAGE_URL_BYTES: usize = 2048;
/// Deepest reply: a root has depth 0.
pub const DEPTH: u32 = 100;
/// Most roots in one portion, and what a client gets that asks for no number.
pub const PORTION: (u32, u32) = (200, 20);
/// Most descendants of a root in one portion, and what a client gets that asks for no number.
pub const REPLIES: (u32, u32) = (500, 50);
/// Longest name of a reaction, in bytes of UTF-8, and most reactions that a backend takes.
pub const REACTIONS: (usize, usize) = (32, 12);
/// Most changes that are told at once.
pub const CHANGES: u32 = 200;
/// Most pages whose counts one request may ask for.
pub const COUNTED_PAGES: usize = 100;
/// Longest text that can be searched for, in bytes of UTF-8.
pub const QUERY_BYTES: usize = 600;
/// Most comments in one portion of what is found.
pub const FOUND: u32 = 20;
/// Longest website of an author, in bytes.
pub const WEBSITE_BYTES: usize = 256;
/// Longest text of a report, in bytes of UTF-8.
pub const REPORT_BYTES: u32 = 2000;
/// Most edit tokens in one transfer.
pub const TRANSFERRED_TOKENS: usize = 150;
/// For how many seconds a transfer's code is good.
pub const TRANSFER_SECONDS: u32 = 600;
