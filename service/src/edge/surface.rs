//! Every path that the service answers, with its methods: what a 405 names in `allow`.

/// The paths and their methods; `{…}` in a path stands for one segment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surface(Vec<(String, Vec<String>)>);

impl Surface {
    /// From paths and their methods.
    pub(crate) fn new(paths: Vec<(String, Vec<String>)>) -> Self {
        Self(paths)
    }

    /// The methods that a path answers, as `allow` lists them. What can be got can be asked for
    /// with `HEAD` as well.
    pub(crate) fn allowed(&self, path: &str) -> String {
        let best = self
            .0
            .iter()
            .filter_map(|(pattern, methods)| Some((exactness(pattern, path)?, methods)))
            .max_by_key(|(exact, _)| *exact);
        let mut allowed: Vec<&str> = best
            .into_iter()
            .flat_map(|(_, methods)| methods.iter().map(String::as_str))
            .collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        allowed.join(", ")
    }
}

/// How many segments of a pattern are literally the path's; `None`: it is another path.
fn exactness(pattern: &str, path: &str) -> Option<usize> {
    let mut exact = 0;
    let mut asked = path.split('/');
    for expected in pattern.split('/') {
        let asked = asked.next()?;
        if expected == asked {
            exact += 1;
        } else if !expected.starts_with('{') || asked.is_empty() {
            return None;
        }
    }
    asked.next().is_none().then_some(exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_answers_the_methods_of_its_closest_pattern() {
        let surface = Surface::new(vec![
            ("/v1/transfer-checks".into(), vec!["POST".into()]),
            ("/v1/groups/{id}".into(), vec!["GET".into()]),
            ("/v1/groups/batch".into(), vec!["POST".into()]),
            ("/{group}/subprocessors".into(), vec!["GET".into()]),
        ]);
        for (path, allowed) in [
            ("/v1/transfer-checks", "POST"),
            ("/v1/groups/qcontact", "GET, HEAD"),
            ("/v1/groups/batch", "POST"),
            ("/qcontact/subprocessors", "GET, HEAD"),
            ("/v1/groups/", ""),
            ("/v1/groups/a/b", ""),
            ("/nothing", ""),
        ] {
            assert_eq!(surface.allowed(path), allowed, "{path}");
        }
    }
}
