use std::collections::BTreeSet;

use reqwest::Method;

use super::{API, Answer, Fixture};
use crate::playground::Endpoint;

/// The operations of `platform-api.yaml`, read by their indentation: paths stand two spaces in, methods four.
fn described() -> BTreeSet<(String, String)> {
    let mut path = None;
    let mut operations = BTreeSet::new();
    let paths = API.split_once("\npaths:\n").unwrap().1.split_once("\ncomponents:\n").unwrap().0;
    for line in paths.lines() {
        let indent = line.len() - line.trim_start().len();
        let name = line.trim().trim_end_matches(':');
        match indent {
            2 => path = Some(name.to_owned()),
            4 => {
                operations.insert((name.to_uppercase(), path.clone().unwrap()));
            }
            _ => {}
        }
    }
    operations
}

#[tokio::test]
async fn the_description_and_the_server_have_the_same_operations() {
    let served: BTreeSet<_> =
        Endpoint::ALL.iter().map(|endpoint| (endpoint.method().to_string(), endpoint.path().to_owned())).collect();
    assert_eq!(described(), served);
    let fixture = Fixture::start().await;
    for (method, path) in served {
        let method: Method = method.parse().unwrap();
        let request = fixture.http.request(method, fixture.url(&path.replace("{id}", "x")));
        let answer = Answer::of(request).await;
        assert!(![404, 405].contains(&answer.status.as_u16()), "{path}: {answer:?}");
    }
}
