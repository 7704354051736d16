//! What the owner of a page has set: the element's attributes.

use afterword_protocol::{Sort, limits};

use crate::ui::Forms;

/// The attributes as written, those that are resolved by the loader (`api` and the page's) as it
/// found them.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// `data-api`: the backend's address, absolute, without a slash at its end.
    pub api: String,
    /// `data-backend`.
    pub backend: Option<String>,
    /// `data-site`.
    pub site: Option<String>,
    /// `data-page-id`, or the path of the page's canonical address, or its own.
    pub page_id: String,
    /// `data-page-title`, or the page's.
    pub page_title: Option<String>,
    /// The page's address.
    pub page_url: Option<String>,
    /// `data-lang`, or the page's language.
    pub lang: Option<String>,
    /// `data-sort`.
    pub sort: Option<String>,
    /// `data-page-size`.
    pub page_size: Option<String>,
    /// `data-max-depth`.
    pub max_depth: Option<String>,
    /// `data-live`.
    pub live: Option<String>,
}

/// What the widget goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The backend's address, without a slash at its end.
    pub api: String,
    /// The adapter's name; none for a server that speaks the protocol itself.
    pub backend: Option<String>,
    /// The site; none where the server has only one.
    pub site: Option<String>,
    /// The page's key.
    pub page: String,
    /// The page's title.
    pub title: Option<String>,
    /// The page's address.
    pub url: Option<String>,
    /// The reader's language, by its BCP 47 tag.
    pub lang: Option<String>,
    /// Order of the roots at first.
    pub sort: Sort,
    /// Roots in one portion.
    pub page_size: u32,
    /// Greatest depth in view.
    pub max_depth: u32,
    /// Whether to follow what others do meanwhile.
    pub live: bool,
}

/// What `data-sort` can be.
const SORTS: &str = "\"newest\", \"oldest\", \"top\" or \"discussed\"";

/// Depth in view when the owner names none.
const MAX_DEPTH: u32 = 6;

impl Config {
    /// What the attributes say, and a sentence for the console for each that says nothing useful:
    /// the widget then goes by the default, because a reader can't mend the page.
    #[must_use]
    pub fn new(attributes: Attributes) -> (Self, Vec<String>) {
        let mut warnings = Vec::new();
        let sort = match attributes.sort.as_deref() {
            None => Sort::Newest,
            Some(name) => Sort::from_name(name).unwrap_or_else(|| {
                warnings.push(unknown("sort", name, SORTS));
                Sort::Newest
            }),
        };
        let (most, default) = limits::PORTION;
        let page_size = number(
            attributes.page_size,
            "page-size",
            1,
            most,
            default,
            &mut warnings,
        );
        let max_depth = number(
            attributes.max_depth,
            "max-depth",
            0,
            limits::DEPTH,
            MAX_DEPTH,
            &mut warnings,
        );
        let live = match attributes.live.as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(other) => {
                warnings.push(unknown("live", other, "\"on\" or \"off\""));
                true
            }
        };
        let config = Self {
            api: attributes.api,
            backend: attributes.backend.filter(|name| name != "afterword"),
            site: attributes.site,
            page: attributes.page_id,
            title: attributes.page_title,
            url: attributes.page_url,
            lang: attributes.lang,
            sort,
            page_size,
            max_depth,
            live,
        };
        (config, warnings)
    }

    /// Where the thread's forms lead without a script; none where the backend has no pages.
    #[must_use]
    pub fn forms(&self) -> Option<Forms> {
        if self.backend.is_some() {
            return None;
        }
        Some(Forms {
            base: self.api.clone(),
            fields: Forms::fields(
                self.site.as_ref(),
                &self.page,
                self.title.as_ref(),
                self.url.as_ref(),
                self.lang.as_ref(),
            ),
            key: None,
            token: None,
            has_program: true,
        })
    }

    /// What the names of this thread's drafts in the browser's storage begin with.
    #[must_use]
    pub fn storage_prefix(&self) -> String {
        let site = self.site.as_deref().unwrap_or_default();
        ["afterword:", &self.api, ":", site, ":", &self.page, ":"].concat()
    }
}

fn unknown(attribute: &str, value: &str, right: &str) -> String {
    [
        "Afterword: data-",
        attribute,
        " is \"",
        value,
        "\"; it can be ",
        right,
        ".",
    ]
    .concat()
}

fn number(
    value: Option<String>,
    attribute: &str,
    least: u32,
    most: u32,
    default: u32,
    warnings: &mut Vec<String>,
) -> u32 {
    let Some(value) = value else { return default };
    match value.trim().parse() {
        Ok(number) if (least..=most).contains(&number) => number,
        _ => {
            let right = [
                "a number from ",
                &least.to_string(),
                " to ",
                &most.to_string(),
            ]
            .concat();
            warnings.push(unknown(attribute, &value, &right));
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes() -> Attributes {
        Attributes {
            api: "https://comments.example.org".to_owned(),
            page_id: "/a/".to_owned(),
            ..Attributes::default()
        }
    }

    #[test]
    fn nothing_set_is_a_whole_configuration() {
        let (config, warnings) = Config::new(attributes());
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(config.backend, None);
        assert_eq!(
            (config.sort, config.page_size, config.max_depth),
            (Sort::Newest, 20, 6)
        );
    }

    #[test]
    fn the_owner_has_the_last_word() {
        let (config, warnings) = Config::new(Attributes {
            backend: Some("local".to_owned()),
            sort: Some("oldest".to_owned()),
            page_size: Some("5".to_owned()),
            max_depth: Some("0".to_owned()),
            live: Some("off".to_owned()),
            ..attributes()
        });
        assert_eq!(warnings, Vec::<String>::new());
        assert!(!config.live);
        assert_eq!(config.backend.as_deref(), Some("local"));
        assert!(config.forms().is_none());
        assert_eq!(
            (config.sort, config.page_size, config.max_depth),
            (Sort::Oldest, 5, 0)
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        let (config, warnings) = Config::new(Attributes {
            sort: Some("best".to_owned()),
            page_size: Some("0".to_owned()),
            max_depth: Some("deep".to_owned()),
            ..attributes()
        });
        assert_eq!(
            warnings,
            [
                "Afterword: data-sort is \"best\"; it can be \"newest\", \"oldest\", \"top\" or \"discussed\".",
                "Afterword: data-page-size is \"0\"; it can be a number from 1 to 200.",
                "Afterword: data-max-depth is \"deep\"; it can be a number from 0 to 100.",
            ]
        );
        assert_eq!(
            (config.sort, config.page_size, config.max_depth),
            (Sort::Newest, 20, 6)
        );
    }

    #[test]
    fn two_pages_keep_their_drafts_apart() {
        let (a, _) = Config::new(attributes());
        let (b, _) = Config::new(Attributes {
            page_id: "/b/".to_owned(),
            ..attributes()
        });
        assert_ne!(a.storage_prefix(), b.storage_prefix());
    }
}
