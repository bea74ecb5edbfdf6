//! What an operator meets: precedence, refusals, remedies, and that nothing secret is shown.

mod refusals;

use super::Backend;
use super::Config;
use super::LogFormat;
use super::MasterKeySource;
use super::Problem;
use super::SmtpTls;
use super::Source;
use super::Sources;
use super::report;
use crate::domain::lifetime::Lifetime;
use crate::domain::signing_alg::SigningAlg;

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn problems(toml: &str) -> Vec<Problem> {
    Config::from_toml(toml)
        .map(|_| ())
        .expect_err("this configuration is refused")
}

/// The one problem of a configuration, as "key: message. remedy".
fn problem(toml: &str) -> String {
    let problems = problems(toml);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let Problem {
        key, message, remedy, ..
    } = &problems[0];
    format!("{key}: {message}. {remedy}")
}

fn source_of(config: &Config, key: &str) -> Source {
    config
        .explain()
        .iter()
        .find(|entry| entry.key == key)
        .unwrap()
        .source
        .clone()
}

fn value_of(config: &Config, key: &str) -> String {
    config
        .explain()
        .iter()
        .find(|entry| entry.key == key)
        .unwrap()
        .value
        .clone()
}

#[test]
fn the_defaults_are_valid_and_what_the_product_promises() {
    let config = Config::load(&Sources::none()).unwrap();
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.issuer.url.as_str(), "http://127.0.0.1:8080");
    assert_eq!(config.database.url.backend(), Backend::Sqlite);
    assert_eq!(config.database.max_connections.get(), 4);
    assert!(
        matches!(&config.crypto.master_key, MasterKeySource::File(path) if path.ends_with("gatepost.db.master-key"))
    );
    assert_eq!(config.crypto.rsa_bits, 2048);
    assert!(config.admin.bootstrap.is_none());
    assert_eq!(config.tokens.code_lifetime.to_string(), "1m");
    assert_eq!(config.tokens.access_lifetime.to_string(), "10m");
    assert_eq!(config.tokens.refresh_absolute_lifetime.to_string(), "180d");
    assert_eq!(config.login.session_idle_lifetime.to_string(), "8h");
    assert_eq!(config.login.address_failures, 100);
    assert_eq!(config.login.password_min_length, 15);
    assert_eq!(
        (config.login.argon2_memory_kib, config.login.argon2_iterations),
        (19_456, 2)
    );
    assert!(config.mail.server.is_none());
    assert_eq!(config.mail.from.to_string(), "Gatepost <no-reply@localhost>");
    assert_eq!(config.branding.product_name, "Gatepost");
    assert!(config.branding.help_url.is_none());
    assert_eq!(config.keys.jwks_max_age.as_secs(), 900);
    assert_eq!(config.keys.algorithms, SigningAlg::ALL);
    assert_eq!(config.keys.rotation_interval, Some(Lifetime::from_days(90)));
    let never =
        Config::from_toml("keys = { rotation_interval = '0s', algorithms = 'EdDSA, RS256' }").unwrap();
    assert_eq!(never.keys.rotation_interval, None);
    assert_eq!(never.keys.algorithms, [SigningAlg::RS256, SigningAlg::EdDSA]);
    assert_eq!(
        (config.log.level.as_str(), config.log.format),
        ("info", LogFormat::Text)
    );
}

#[test]
fn postgres_has_more_connections_and_its_own_place_for_the_key() {
    let config = Config::from_toml("database.url = 'postgres://gatepost@db/gatepost'").unwrap();
    assert_eq!(config.database.max_connections.get(), 16);
    assert!(
        matches!(&config.crypto.master_key, MasterKeySource::File(path) if path.as_os_str() == "gatepost.master-key")
    );
    let config = Config::from_toml("[database]\nmax_connections = 7").unwrap();
    assert_eq!(config.database.max_connections.get(), 7);
}

#[test]
fn the_environment_wins_over_the_file_and_the_command_over_both() {
    let sources = Sources::none()
        .with_text(
            "a.toml",
            "[http]\nlisten = '127.0.0.1:1'\nrequest_timeout = '1m'\n\n[log]\nlevel = 'warn'",
        )
        .with_environment("GATEPOST__HTTP__LISTEN", "127.0.0.1:2")
        .with_environment("GATEPOST__HTTP__REQUEST_TIMEOUT", "2m")
        .with_override("http.request_timeout", "3m");
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.http.listen.port(), 2);
    assert_eq!(config.http.request_timeout.to_string(), "3m");
    assert_eq!(config.log.level, "warn");
    assert_eq!(
        source_of(&config, "http.listen").to_string(),
        "environment GATEPOST__HTTP__LISTEN"
    );
    assert_eq!(
        source_of(&config, "http.request_timeout").to_string(),
        "set by the command"
    );
    assert_eq!(source_of(&config, "log.level").to_string(), "a.toml, line 6");
    assert_eq!(source_of(&config, "log.format").to_string(), "default");
    assert_eq!(
        source_of(&config, "issuer.url").to_string(),
        "derived from http.listen"
    );
    assert_eq!(value_of(&config, "issuer.url"), "\"http://127.0.0.1:2\"");
}

#[test]
fn the_environment_gives_numbers_and_lists_as_text_and_empty_is_not_set() {
    let sources = Sources::none()
        .with_environment("GATEPOST__MAIL__SMTP_PORT", "2525")
        .with_environment("GATEPOST__HTTP__TRUSTED_PROXIES", "10.0.0.0/8, ::1")
        .with_environment("GATEPOST__LOG__LEVEL", "");
    let config = Config::load(&sources).unwrap();
    assert_eq!(value_of(&config, "mail.smtp_port"), "\"2525\"");
    assert_eq!(config.log.level, "info");
    assert!(config.http.trusts("10.1.2.3".parse().unwrap()));
    assert!(config.http.trusts("::1".parse().unwrap()));
    assert!(!config.http.trusts("192.0.2.1".parse().unwrap()));
}

#[test]
fn all_problems_are_reported_together_with_source_value_and_remedy() {
    let sources = Sources::none()
        .with_text(
            "config.toml",
            "[issuer]\n# ours\nurl = \"http://id.example.com/\"\n",
        )
        .with_environment("GATEPOST__MAIL__SMPT_HOST", "mail")
        .with_environment("GATEPOST__TOKENS__ACCESS_LIFETIME", "90");
    let problems = Config::load(&sources).unwrap_err();
    assert_eq!(
        report(&problems),
        "configuration has 3 problems\n\
         \x20 issuer.url = \"http://id.example.com/\" (config.toml, line 3)\n\
         \x20     must be https outside localhost, and must not end in \"/\". Try \"https://id.example.com\"\n\
         \x20 mail.smpt_host (environment GATEPOST__MAIL__SMPT_HOST)\n\
         \x20     unknown key. Did you mean mail.smtp_host? Try GATEPOST__MAIL__SMTP_HOST\n\
         \x20 tokens.access_lifetime = \"90\" (environment GATEPOST__TOKENS__ACCESS_LIFETIME)\n\
         \x20     needs a unit: s, m, h or d. Try \"10m\", the default\n"
    );
}

#[test]
fn a_listener_for_everybody_needs_an_issuer() {
    assert_eq!(
        problem("http.listen = '0.0.0.0:8080'"),
        "issuer.url: must be set, because http.listen (0.0.0.0:8080) can be reached from other machines. \
         Try the public address, such as \"https://id.example.com\""
    );
    let toml = "http.listen = '0.0.0.0:8080'\nissuer.url = 'https://id.example.com'";
    assert_eq!(
        Config::from_toml(toml).unwrap().issuer.url.as_str(),
        "https://id.example.com"
    );
}

#[test]
fn the_issuer_follows_the_listener_unless_it_was_set() {
    for (listen, issuer) in [
        ("127.0.0.1:80", "http://127.0.0.1"),
        ("localhost:9000", "http://localhost:9000"),
        ("[::1]:9000", "http://[::1]:9000"),
    ] {
        assert_eq!(
            Config::for_test(&[("http.listen", listen)])
                .unwrap()
                .issuer
                .url
                .as_str(),
            issuer
        );
    }
    let bound = "127.0.0.1:4711".parse().unwrap();
    let config = Config::for_test(&[("http.listen", "localhost:0")])
        .unwrap()
        .bound_to(bound);
    assert_eq!(config.issuer.url.as_str(), "http://localhost:4711");
    let config = Config::for_test(&[("issuer.url", "https://id.example.com")])
        .unwrap()
        .bound_to(bound);
    assert_eq!(config.issuer.url.as_str(), "https://id.example.com");
    assert_eq!(config.http.listen, bound);
}

#[test]
fn secrets_can_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pw");
    std::fs::write(&path, "  correct horse battery\n").unwrap();
    let path = path.to_str().unwrap();
    let sources = Sources::none()
        .with_text(
            "a.toml",
            "admin = { bootstrap_email = 'a@example.com', bootstrap_password = 'the one in the file' }",
        )
        .with_environment("GATEPOST__ADMIN__BOOTSTRAP_PASSWORD_FILE", path);
    let config = Config::load(&sources).unwrap();
    let admin = config.admin.bootstrap.as_ref().unwrap();
    assert_eq!(admin.password.as_ref().unwrap().expose(), "correct horse battery");
    assert_eq!(
        (admin.email.as_str(), admin.username.as_str()),
        ("a@example.com", "admin")
    );
    assert_eq!(
        source_of(&config, "admin.bootstrap_password").to_string(),
        format!("content of {path}, named by environment GATEPOST__ADMIN__BOOTSTRAP_PASSWORD_FILE")
    );

    let sources = Sources::none()
        .with_text(
            "a.toml",
            &format!("[admin]\nbootstrap_email = 'a@example.com'\nbootstrap_password_file = '{path}'"),
        )
        .with_environment("GATEPOST__ADMIN__BOOTSTRAP_PASSWORD", "from the environment");
    let config = Config::load(&sources).unwrap();
    assert_eq!(
        config.admin.bootstrap.unwrap().password.unwrap().expose(),
        "from the environment"
    );
}

#[test]
fn a_secret_and_its_file_in_one_source_contradict_each_other() {
    assert_eq!(
        problem("mail = { smtp_username = 'ann', smtp_password = 'x', smtp_password_file = 'y' }"),
        "mail.smtp_password_file: is set together with mail.smtp_password. Keep one of the two"
    );
    assert_eq!(
        problem(&format!(
            "crypto = {{ master_key = '{KEY}', master_key_file = 'y' }}"
        )),
        "crypto.master_key_file: is set together with crypto.master_key. Keep one of the two"
    );
}

#[test]
fn the_master_key_is_given_or_in_a_file_that_need_not_exist_yet() {
    let config = Config::from_toml(&format!("crypto.master_key = '{KEY}'")).unwrap();
    assert!(
        matches!(&config.crypto.master_key, MasterKeySource::Given(key) if key.expose() == b"0123456789abcdef0123456789abcdef")
    );

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let toml = format!("crypto.master_key_file = '{}'", path.display());
    let config = Config::from_toml(&toml).unwrap();
    assert!(matches!(&config.crypto.master_key, MasterKeySource::File(file) if *file == path));
    assert!(!path.exists());
    std::fs::write(&path, format!("{KEY}\n")).unwrap();
    assert!(Config::from_toml(&toml).is_ok());
    std::fs::write(&path, "damaged").unwrap();
    assert!(problem(&toml).starts_with("crypto.master_key_file: is read from "));
    assert!(!problem(&toml).contains("damaged"));
}

#[test]
fn no_secret_is_printed() {
    let sources = Sources::none()
        .with_text(
            "a.toml",
            "[mail]\nsmtp_username = 'ann'\nsmtp_password = 'hunter2-smtp'",
        )
        .with_environment("GATEPOST__CRYPTO__MASTER_KEY", KEY)
        .with_environment("GATEPOST__DATABASE__URL", "postgres://ann:hunter2-db@db/gatepost")
        .with_environment("GATEPOST__ADMIN__BOOTSTRAP_EMAIL", "a@example.com")
        .with_environment("GATEPOST__ADMIN__BOOTSTRAP_PASSWORD", "hunter2-and-some-more");
    let config = Config::load(&sources).unwrap();
    let shown = format!(
        "{config:?} {:?} {}",
        config.explain(),
        serde_json::to_string(config.explain()).unwrap()
    );
    assert!(!shown.contains("hunter2") && !shown.contains(KEY), "{shown}");
    assert_eq!(value_of(&config, "mail.smtp_password"), "[secret]");
    assert_eq!(value_of(&config, "crypto.master_key"), "[secret]");
    assert_eq!(
        value_of(&config, "database.url"),
        "\"postgres://ann:***@db/gatepost\""
    );
    assert_eq!(value_of(&config, "database.url_file"), "\"\"");
}

#[test]
fn no_secret_is_printed_when_it_is_refused() {
    for toml in [
        "crypto.master_key = 'hunter2'",
        "admin = { bootstrap_email = 'a@example.com', bootstrap_password = 'hunter2' }",
        "mail.smtp_password = 'hunter2'",
        "mail.smtp_pasword = 'hunter2'",
        "database.url = 'mysql://ann:hunter2@db/x'",
        "database.url = 'postgres://ann:1/hunter2@db/x'",
        "mail.smtp_password = hunter2",
        "mail.smtp_password = \"hunter2",
    ] {
        let shown = report(&problems(toml));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_the_only_problem() {
    let sources = Sources::none()
        .with_file("/nowhere/gatepost.toml")
        .with_environment("GATEPOST__X__Y", "1");
    let missing = Config::load(&sources).unwrap_err();
    assert_eq!(
        report(&missing),
        "configuration has 1 problem\n  configuration file (/nowhere/gatepost.toml)\n      \
         cannot be read: it does not exist. Check the path given as --config, and that Gatepost may read the file\n"
    );
    let broken = problems("[http]\nlisten = \n");
    assert_eq!(broken[0].source.to_string(), "gatepost.toml, line 2");
    assert!(broken[0].message.starts_with("is not valid TOML"), "{broken:?}");
}

#[test]
fn variables_with_one_underscore_are_pointed_out_and_foreign_ones_ignored() {
    let sources = Sources::none().with_environment("GATEPOST_HTTP_LISTEN", "127.0.0.1:1");
    let problems = Config::load(&sources).unwrap_err();
    assert_eq!(problems[0].remedy, "Try GATEPOST__HTTP__LISTEN");
    let sources = Sources::none().with_environment("GATEPOST_SERVICE_HOST", "10.0.0.1");
    assert!(Config::load(&sources).is_ok());
}

#[test]
fn a_variable_that_is_not_utf8_is_refused() {
    let sources = Sources::none().with_environment("GATEPOST__BRANDING__PRODUCT_NAME", "a\u{fffd}");
    assert_eq!(
        Config::load(&sources).unwrap_err()[0].message,
        "is not valid UTF-8"
    );
}

#[test]
fn mail_is_on_when_a_host_is_set() {
    let toml = "mail = { smtp_host = 'localhost', smtp_port = 1025, smtp_tls = 'none', smtp_username = 'a', smtp_password = 'b' }";
    let server = Config::from_toml(toml).unwrap().mail.server.unwrap();
    assert_eq!(
        (server.host.as_str(), server.port, server.tls),
        ("localhost", 1025, SmtpTls::None)
    );
    assert_eq!(server.credentials.unwrap().username, "a");
}

#[test]
fn the_configuration_for_tests_hashes_cheaply_and_touches_no_file() {
    let config = Config::for_test(&[("branding.product_name", "Test")]).unwrap();
    assert_eq!(
        (config.login.argon2_memory_kib, config.login.argon2_iterations),
        (64, 1)
    );
    assert_eq!(config.branding.product_name, "Test");
    assert_eq!(config.database.url.expose(), "sqlite::memory:");
    assert!(matches!(config.crypto.master_key, MasterKeySource::Given(_)));
}
