//! Requests that could be read in two ways, which are read in none.

use poem::http::{HeaderMap, HeaderName, Version, header, uri::Authority};

use crate::refusal::Refusal;

/// Why a request is refused before anybody reads it.
#[derive(Debug, Clone)]
pub(crate) struct Improper(pub(crate) Refusal);

/// What is wrong with a request's headers. `head` is what it came in, as far as that is known.
pub(super) fn check(version: Version, headers: &HeaderMap, head: &[u8]) -> Result<(), Improper> {
    let wrong = |what| Err(Improper(Refusal::Improper(what)));
    let hosts = count(headers, &header::HOST);
    if hosts > 1 {
        return wrong("the request has more than one host header");
    }
    if hosts == 0 && version > Version::HTTP_10 {
        return wrong("the request has no host header");
    }
    if headers
        .get(header::HOST)
        .is_some_and(|host| !is_host(host.as_bytes()))
    {
        return wrong("the host header is no host");
    }
    if count(headers, &header::AUTHORIZATION) > 1 {
        return wrong("the request has more than one authorization header");
    }
    if headers.contains_key(header::TRANSFER_ENCODING) {
        if count(headers, &header::TRANSFER_ENCODING) > 1 {
            return wrong("the request has more than one transfer-encoding header");
        }
        // Of the two lengths that such a request gives, hyper drops one without a word.
        if lines(head) != Some(headers.len()) {
            return wrong("the request has both a transfer-encoding and another length");
        }
    }
    let plain = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain {
        Ok(())
    } else {
        Err(Improper(Refusal::Encoded))
    }
}

fn count(headers: &HeaderMap, name: &HeaderName) -> usize {
    headers.get_all(name).iter().count()
}

fn is_host(host: &[u8]) -> bool {
    let host = Authority::try_from(host);
    host.is_ok_and(|host| !host.as_str().contains('@'))
}

/// How many header lines a head has; `None` when it is not there whole.
fn lines(head: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    let blank = head.iter().take_while(|byte| b"\r\n".contains(byte));
    let head = head.get(blank.count()..)?;
    let end = head.windows(END.len()).position(|window| window == END)?;
    let lines = head.get(..end)?.split(|byte| *byte == b'\n').count();
    lines.checked_sub(1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    /// The headers as hyper gives them, which has dropped `content-length` beside a
    /// `transfer-encoding`.
    fn checked(lines: &[(&str, &str)]) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        let mut head = "POST / HTTP/1.1\r\n".to_owned();
        let chunked = lines.iter().any(|(name, _)| *name == "transfer-encoding");
        for (name, value) in lines {
            head.extend([name, ": ", value, "\r\n"]);
            if *name != "content-length" || !chunked {
                let name: HeaderName = name.parse().unwrap();
                headers.append(name, HeaderValue::from_str(value).unwrap());
            }
        }
        head.push_str("\r\nand a body");
        check(Version::HTTP_11, &headers, head.as_bytes()).map_err(|improper| improper.0)
    }

    #[test]
    fn a_request_that_could_be_read_in_two_ways_is_refused() {
        let host = ("host", "registry.example");
        assert_eq!(checked(&[host]), Ok(()));
        assert_eq!(checked(&[host, ("content-length", "10")]), Ok(()));
        assert_eq!(checked(&[host, ("transfer-encoding", "chunked")]), Ok(()));
        assert_eq!(checked(&[host, ("content-encoding", "identity")]), Ok(()));
        for lines in [
            vec![],
            vec![host, host],
            vec![("host", "a b")],
            vec![("host", "user@registry.example")],
            vec![
                host,
                ("authorization", "Bearer a"),
                ("authorization", "Bearer a"),
            ],
            vec![
                host,
                ("transfer-encoding", "chunked"),
                ("content-length", "10"),
            ],
            vec![
                host,
                ("content-length", "10"),
                ("transfer-encoding", "chunked"),
            ],
            vec![
                host,
                ("transfer-encoding", "gzip"),
                ("transfer-encoding", "chunked"),
            ],
        ] {
            let refused = checked(&lines);
            assert!(
                matches!(refused, Err(Refusal::Improper(_))),
                "{lines:?}: {refused:?}"
            );
        }
        let gzip = checked(&[host, ("content-encoding", "gzip")]);
        assert_eq!(gzip, Err(Refusal::Encoded));
    }

    #[test]
    fn a_chunked_request_whose_head_is_not_known_whole_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("a"));
        headers.insert(
            header::TRANSFER_ENCODING,
            HeaderValue::from_static("chunked"),
        );
        for head in [
            "",
            "ked\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n",
        ] {
            let refused = check(Version::HTTP_11, &headers, head.as_bytes());
            assert!(refused.is_err(), "{head}");
        }
    }
}
