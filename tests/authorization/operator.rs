//! What an operator does about people: from the command line, and by settings.

use super::people::{PASSWORD, made};
use crate::fixture::{Browser, Database, Program, Service, on, on_configured};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_tries_more_often_than_is_allowed() {
    let three = |config: &mut transfer_registry::config::Config| {
        config.sign_in.tries_a_minute = 3.try_into().unwrap();
    };
    on_configured(Database::Sqlite, three, async |service: Service| {
        made(&service, "anna", "reader", &[]).await;
        let mut browser = Browser::of(&service);
        for _ in 0..3 {
            assert_eq!(browser.sign_in("anna", "wrong").await.status, 403);
        }
        let refused = browser.sign_in("anna", PASSWORD).await;
        assert_eq!(refused.status, 429, "also with the right one");
        let after: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=61).contains(&after), "{after}");
        assert!(!browser.is_in().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_an_address_with_tls_the_cookies_are_for_it_alone() {
    let with_tls = |config: &mut transfer_registry::config::Config| {
        let address = "https://registry.example/".to_owned();
        let settings = [("TRANSFER_REGISTRY_PUBLIC_URL".to_owned(), address)];
        let source = transfer_registry::config::Source::of(None, settings.into());
        let read = transfer_registry::config::Config::read(&source, true).unwrap();
        config.sign_in = read.sign_in;
    };
    on_configured(Database::Sqlite, with_tls, async |service: Service| {
        let page = Browser::of(&service).open("/sign-in").await;
        let cookie = page.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-sign-in="), "{cookie}");
        assert!(cookie.contains("Secure"), "{cookie}");
        let mut browser = Browser::of(&service);
        let refused = browser.sign_in("bootstrap", Service::TOKEN).await;
        assert_eq!(refused.status, 403, "its pages are of another origin");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_are_made_and_sent_away_from_the_command_line_beside_the_service() {
    on(Database::Postgres, async |service: Service| {
        let home = service.home();
        let command = |arguments: &[&str]| {
            Program::new(home.folder.path(), arguments).setting("DATABASE_URL", &home.url)
        };
        let made = command(&[
            "user", "create", "--name", "anna", "--role", "editor", "--group", "qcontact",
        ])
        .run()
        .await;
        assert_eq!(made.code, Some(0), "{made:?}");
        let password = made.last_line().to_owned();
        let mut browser = Browser::of(&service);
        assert_eq!(browser.sign_in("anna", &password).await.status, 303);
        let twice = command(&["user", "create", "--name", "Anna", "--role", "editor"])
            .run()
            .await;
        assert_eq!(twice.code, Some(1));
        assert!(
            twice
                .err
                .contains("--name: another user has or had this name"),
            "{twice:?}"
        );
        let listed = command(&["user", "list"]).run().await;
        assert!(
            listed
                .out
                .contains("anna\teditor\tqcontact\tpassword\tenabled"),
            "{listed:?}"
        );
        command(&["user", "disable", "anna", "--reason", "left"])
            .run()
            .await;
        assert!(!browser.is_in().await);
        command(&["user", "enable", "anna"]).run().await;
        assert!(!browser.is_in().await);
        let other = command(&["user", "password", "anna"])
            .run()
            .await
            .last_line()
            .to_owned();
        assert_eq!(browser.sign_in("anna", &password).await.status, 403);
        assert_eq!(browser.sign_in("anna", &other).await.status, 303);
        let nobody = command(&["user", "disable", "nobody"]).run().await;
        assert_eq!(nobody.code, Some(1));
        assert!(
            nobody.err.contains("there is no user `nobody`"),
            "{nobody:?}"
        );
    })
    .await;
}
