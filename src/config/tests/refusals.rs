//! Every single refusal: a configuration with one mistake, and what is said about it.

use super::problem;
use crate::config::Config;

#[expect(clippy::too_many_lines, reason = "one table, one line of thought")]
#[test]
fn every_refusal_names_its_key_and_a_remedy() {
    for (toml, expected) in [
        (
            "http.listen = '8080'",
            "http.listen: must be an IP address and a port. Try \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for everywhere",
        ),
        (
            "http.listen = '127.0.0.1'",
            "http.listen: must be an IP address and a port. Try \"127.0.0.1:8080\"",
        ),
        (
            "http.listen = 'example.com:80'",
            "http.listen: must be an IP address and a port. Try \"127.0.0.1:8080\", the default",
        ),
        (
            "http.listen = 8080",
            "http.listen: must be a text. Try the value in quotes",
        ),
        (
            "http.trusted_proxies = ['proxy', '::1']",
            "http.trusted_proxies: must be addresses or ranges without bits beyond the prefix, unlike \"proxy\". Try [\"10.0.0.0/8\", \"192.0.2.7\"]",
        ),
        (
            "http.trusted_proxies = 3",
            "http.trusted_proxies: must be a list of texts. Try [\"first\", \"second\"]",
        ),
        (
            "http.client_certificate_header = 'Client-Cert'",
            "http.client_certificate_header: is set without http.trusted_proxies. Set http.trusted_proxies: from anybody else the header is ignored",
        ),
        (
            "http.trusted_proxies = ['::1']\nhttp.client_certificate_header = 'a b'",
            "http.client_certificate_header: must be the name of a header. Try \"Client-Cert\"",
        ),
        (
            "tls.listen = ':8443'",
            "tls.listen: must be an IP address and a port. Try \"0.0.0.0:8443\"",
        ),
        (
            "tls.listen = '127.0.0.1:8443'",
            "tls.listen: is set without a certificate and its key. Set tls.certificate_file and tls.key_file",
        ),
        (
            "tls.certificate = 'x'",
            "tls.certificate: must be certificates in PEM. Try a text that starts with \"-----BEGIN CERTIFICATE-----\"",
        ),
        (
            "tls.key = 'x'",
            "tls.key: must be a private key in PEM, without a password. Try a text that starts with \"-----BEGIN PRIVATE KEY-----\"",
        ),
        (
            "tls.versions = '1.1'",
            "tls.versions: must be one of \"1.3\", \"1.2+1.3\". Try \"1.3\", the default",
        ),
        (
            "tls.mtls_url = 'http://localhost'",
            "tls.mtls_url: must be an address with https, without a slash at the end. Try \"https://mtls.id.example.com\"",
        ),
        (
            "fetch.allowed_private = ['10.1.2.3/8']",
            "fetch.allowed_private: must be addresses or ranges without bits beyond the prefix, unlike \"10.1.2.3/8\". Try [\"10.0.0.0/8\", \"192.0.2.7\"]",
        ),
        (
            "fetch.timeout = '31s'",
            "fetch.timeout: must not be longer than 30s. Try \"30s\"",
        ),
        (
            "http.request_timeout = '0s'",
            "http.request_timeout: must not be zero. Try \"30s\", the default",
        ),
        (
            "http.shutdown_grace = '2h'",
            "http.shutdown_grace: must not be longer than 1h. Try \"1h\"",
        ),
        (
            "database.url = 'mysql://db/x'",
            "database.url: must be the address of an SQLite or PostgreSQL database. Try \"sqlite://gatepost.db?mode=rwc\" or \"postgres://USER:PASSWORD@HOST/NAME\"",
        ),
        (
            "database.max_connections = -1",
            "database.max_connections: must be a whole number from 0 to 1000. Try 0, the default",
        ),
        (
            "database.max_connections = 1.5",
            "database.max_connections: must be a whole number from 0 to 1000. Try 0, the default",
        ),
        (
            "crypto.master_key = 'c2hvcnQ='",
            "crypto.master_key: must be 32 bytes in base64. Try the output of: openssl rand -base64 32",
        ),
        (
            "crypto.rsa_bits = 1024",
            "crypto.rsa_bits: must be 2048, 3072 or 4096. Try 2048, the default",
        ),
        (
            "admin.bootstrap_email = 'ann'",
            "admin.bootstrap_email: must be a mail address. Try \"admin@example.com\"",
        ),
        (
            "admin.bootstrap_username = 'a b'",
            "admin.bootstrap_username: must be a name without spaces. Try \"admin\", the default",
        ),
        (
            "admin.bootstrap_password = 'long enough for anybody'",
            "admin.bootstrap_password: is set without admin.bootstrap_email. Try admin.bootstrap_email = \"admin@example.com\"",
        ),
        (
            "admin = { bootstrap_email = 'a@example.com', bootstrap_password = 'short' }",
            "admin.bootstrap_password: must have at least 15 characters, and has 5. Try the output of: openssl rand -base64 18",
        ),
        (
            "tokens.code_lifetime = '11m'",
            "tokens.code_lifetime: must not be longer than 10m. Try \"10m\"",
        ),
        (
            "tokens.access_lifetime = 600",
            "tokens.access_lifetime: needs a unit: s, m, h or d. Try \"10m\", the default",
        ),
        (
            "tokens.refresh_repeat_window = '6m'",
            "tokens.refresh_repeat_window: must not be longer than 5m. Try \"5m\"",
        ),
        (
            "tokens.refresh_idle_lifetime = '200d'",
            "tokens.refresh_idle_lifetime: must not be longer than tokens.refresh_absolute_lifetime (180d). Try \"180d\", or a longer tokens.refresh_absolute_lifetime",
        ),
        (
            "login.session_idle_lifetime = '2d'",
            "login.session_idle_lifetime: must not be longer than login.session_absolute_lifetime (1d). Try \"1d\", or a longer login.session_absolute_lifetime",
        ),
        (
            "login.remember_lifetime = '2h'",
            "login.session_absolute_lifetime: must not be longer than login.remember_lifetime (2h). Try \"2h\", or a longer login.remember_lifetime",
        ),
        (
            "login.password_min_length = 4",
            "login.password_min_length: must be a whole number from 8 to 128. Try 15, the default",
        ),
        (
            "login.argon2_memory_kib = 64",
            "login.argon2_memory_kib: must be a whole number from 7168 to 4194304. Try 19456, the default",
        ),
        (
            "login.argon2_memory_kib = 7168",
            "login.argon2_memory_kib: is too little for 2 passes (login.argon2_iterations). Try 19456, the default",
        ),
        (
            "login.hash_queue = 0",
            "login.hash_queue: must be a whole number from 1 to 1000000. Try 1000, the default",
        ),
        (
            "login.account_failures = 0",
            "login.account_failures: must be a whole number from 1 to 1000000. Try 10, the default",
        ),
        (
            "mail.smtp_host = 'smtp://mail:25'",
            "mail.smtp_host: must be the name of a server alone, without scheme and port. Try \"smtp.example.com\", and mail.smtp_port for the port",
        ),
        (
            "mail.smtp_tls = 'ssl'",
            "mail.smtp_tls: must be one of \"starttls\", \"implicit\", \"none\". Try \"starttls\", the default",
        ),
        (
            "mail.smtp_username = 'ann'",
            "mail.smtp_username: is set without a password. Set mail.smtp_password or mail.smtp_password_file",
        ),
        (
            "mail.smtp_password = 'x'",
            "mail.smtp_password: is set without mail.smtp_username. Set mail.smtp_username",
        ),
        (
            "mail = { smtp_host = 'mail', smtp_tls = 'none', smtp_username = 'ann', smtp_password = 'x' }",
            "mail.smtp_tls: would send mail.smtp_password in the clear to another machine. Try \"starttls\", or \"implicit\" with port 465",
        ),
        (
            "mail.from = 'nobody'",
            "mail.from: must be a mail address. Try \"Gatepost <no-reply@example.com>\"",
        ),
        (
            "branding.product_name = ''",
            "branding.product_name: must be 1 to 60 characters on one line. Try \"Gatepost\", the default",
        ),
        (
            "branding.help_url = 'javascript:alert(1)'",
            "branding.help_url: must be a web address. Try one that starts with \"https://\"",
        ),
        (
            "keys.algorithms = ['PS256']",
            "keys.algorithms: must contain RS256, which every OpenID Connect client may rely on. Try the same list with \"RS256\" added",
        ),
        (
            "keys.algorithms = ['RS256', 'HS256']",
            "keys.algorithms: names HS256; known are RS256, PS256, ES256 and EdDSA. Try [\"RS256\", \"PS256\", \"ES256\", \"EdDSA\"], the default",
        ),
        (
            "keys = { publish_before = '2d', rotation_interval = '1d' }",
            "keys.publish_before: must not be longer than keys.rotation_interval (1d). Try \"1d\", or a longer keys.rotation_interval",
        ),
        (
            "keys.publish_before = '5m'",
            "keys.jwks_max_age: must not be longer than keys.publish_before (5m). Try \"5m\", or a longer keys.publish_before",
        ),
        (
            "log.level = 'inof'",
            "log.level: must be off, error, warn, info, debug or trace, or MODULE=LEVEL with commas. Try \"info\", the default",
        ),
        (
            "log.format = 'xml'",
            "log.format: must be one of \"text\", \"json\". Try \"text\", the default",
        ),
        (
            "http = 3",
            "http: unknown key. Remove it, or look it up in docs/configuration.md",
        ),
        (
            "server.listen = 'x'",
            "server.listen: unknown key. Did you mean http.listen?",
        ),
        (
            "admin.bootstrap_password_file = '/nowhere/pw'",
            "admin.bootstrap_password_file: names a file that cannot be read: it does not exist. Check the path, and that the user Gatepost runs as may read it",
        ),
    ] {
        assert_eq!(problem(toml), expected, "{toml}");
    }
}

#[test]
fn a_list_in_the_environment_is_written_with_commas_or_as_in_a_file() {
    for text in ["10.0.0.0/8, 192.0.2.7", r#"["10.0.0.0/8", "192.0.2.7"]"#] {
        let config = Config::for_test(&[("http.trusted_proxies", text)]).unwrap();
        assert_eq!(config.http.trusted_proxies.len(), 2, "{text}");
    }
}
