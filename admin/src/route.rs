//! Where one is in these pages: `#/view/id?name=value`, so that the browser's own back button, links
//! and bookmarks work, and no server sees what is searched for.

/// A place in these pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// What is shown; empty for the first page.
    pub(crate) view: String,
    /// Of what it is shown.
    pub(crate) id: String,
    /// Filters, in order.
    pub(crate) query: Vec<(String, String)>,
}

impl Route {
    pub(crate) fn new(view: &str) -> Self {
        Self {
            view: view.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn of(view: &str, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::new(view)
        }
    }

    /// What stands behind the `#` of an address.
    pub(crate) fn parse(hash: &str) -> Self {
        let hash = hash.trim_start_matches(['#', '/']);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let (view, id) = path.split_once('/').unwrap_or((path, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self {
            view: decode(view),
            id: decode(id),
            query: query.collect(),
        }
    }

    /// The value of a filter; empty where it is not set.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }

    /// The same place with a filter set, or not set any more where the value is empty.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.query.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.query.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// As an address of a link.
    pub(crate) fn address(&self) -> String {
        let mut address = ["#/", &encode(&self.view)].concat();
        if !self.id.is_empty() {
            address.push('/');
            address.push_str(&encode(&self.id));
        }
        push_query(&mut address, &self.query);
        address
    }
}

/// Appends a query to an address.
pub(crate) fn push_query(address: &mut String, query: &[(String, String)]) {
    let mut sign = if address.contains('?') { '&' } else { '?' };
    for (name, value) in query {
        address.push(sign);
        address.push_str(&encode(name));
        address.push('=');
        address.push_str(&encode(value));
        sign = '&';
    }
}

/// Percent-encoding of all but what is unreserved (RFC 3986).
pub(crate) fn encode(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte as char);
        } else {
            encoded.push('%');
            encoded.push(DIGITS[usize::from(byte >> 4)] as char);
            encoded.push(DIGITS[usize::from(byte & 15)] as char);
        }
    }
    encoded
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |index: usize| {
            let digit = after.get(index).map(|byte| char::from(*byte));
            digit.and_then(|digit| digit.to_digit(16))
        };
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn a_place_and_its_address_are_the_same() {
        let place = Route::of("person", "é/?#&= %41")
            .with("q", "a+b c&d")
            .with("site", "")
            .with("verdict", "spam");
        assert_eq!(Route::parse(&place.address()), place);
        assert_eq!(place.get("q"), "a+b c&d");
        assert_eq!(place.get("site"), "");
    }

    #[test]
    fn any_address_is_a_place() {
        assert_eq!(Route::parse(""), Route::default());
        assert_eq!(Route::parse("#"), Route::default());
        assert_eq!(Route::parse("#/queue"), Route::new("queue"));
        assert_eq!(Route::parse("#/queue?&x&%zz=%4").get("%zz"), "%4");
    }
}
