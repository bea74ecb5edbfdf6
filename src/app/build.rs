//! Putting the application together, for the server, the command line and the tests alike.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::router;
use crate::app::state::AppState;
use crate::app::tls::TlsError;
use crate::clock::Clock;
use crate::config;
use crate::config::Config;
use crate::config::MasterKeySource;
use crate::crypto::certificate::ClientRoots;
use crate::crypto::keys::Keys;
use crate::crypto::password_hash::HashSettings;
use crate::crypto::password_hash::PasswordHashes;
use crate::crypto::random;
use crate::crypto::seal::SealingKey;
use crate::crypto::secret_hash::Pepper;
use crate::domain::secret::Secret;
use crate::error::Failure;
use crate::fetch::BadAuthority;
use crate::fetch::Fetch;
use crate::oidc;
use crate::oidc::discovery::Published;
use crate::ops;
use crate::ops::Ops;
use crate::ops::apis::Apis;
use crate::ops::client_cache::ClientCache;
use crate::ops::jwks_cache::ForeignKeysCache;
use crate::store;
use crate::store::ConnectOptions;
use crate::store::Db;
use crate::store::StoreError;

/// Why the application could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened or brought up to date.
    #[error("the database at {url} cannot be used")]
    Database {
        /// The URL without its password.
        url: String,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// The master key cannot be read or made.
    #[error("the master key {path}: {problem}")]
    MasterKey {
        /// The file.
        path: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// An authority for outgoing requests cannot be used.
    #[error(transparent)]
    Fetch(#[from] BadAuthority),
    /// The TLS listener or an authority for client certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Keys or secrets in the database cannot be used.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// The application, ready to serve.
#[derive(Debug, Clone)]
pub struct App {
    /// What a request can reach.
    pub state: AppState,
    /// Everything that is served.
    pub router: axum::Router,
}

impl App {
    /// Opens the database, brings it up to date, loads the keys and folds the routes together.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, BuildError> {
        let ops = open(config, clock).await?;
        ops::keys::ensure(&ops).await?;
        Ok(Self::of(ops))
    }

    /// The application over ops that were opened already.
    pub fn of(ops: Ops) -> Self {
        let discovery = Arc::new(Published::new(oidc::discovery::document(&ops.config)));
        let state = AppState { ops, discovery };
        Self {
            router: router::build(&state),
            state,
        }
    }
}

/// Opens the database and everything that ops need, without a server. The schema is brought up to date.
pub async fn open(config: Config, clock: Clock) -> Result<Ops, BuildError> {
    let fetch = Fetch::new(&config.fetch)?;
    let client_roots = ClientRoots::new(&config.tls.client_ca).map_err(TlsError::ClientCa)?;
    let db = connect(&config).await?;
    let url = config.database.url.expose().to_owned();
    let failed = |source| BuildError::Database {
        url: config.database.url.to_string(),
        source,
    };
    db.migrate(&url).await.map_err(failed)?;
    let master = SealingKey::new(&master_key(&config.crypto.master_key)?);
    let pepper = pepper(&db, &master).await?;
    let login = &config.login;
    let passwords = PasswordHashes::new(&HashSettings {
        memory_kib: login.argon2_memory_kib,
        iterations: login.argon2_iterations,
        workers: login.hash_workers.get(),
        queue: login.hash_queue,
    });
    let ops = Ops {
        db,
        keys: Keys::default(),
        passwords,
        clock,
        config: Arc::new(config),
        master: Arc::new(master),
        pepper: Arc::new(pepper),
        apis: Apis::default(),
        clients: ClientCache::default(),
        grant_types: oidc::token::grants::names().collect(),
        fetch,
        foreign_keys: ForeignKeysCache::default(),
        client_roots,
    };
    ops::apis::reload(&ops).await?;
    Ok(ops)
}

/// Opens the database as it is, without changing its schema.
pub async fn connect(config: &Config) -> Result<Db, BuildError> {
    let options = ConnectOptions {
        url: config.database.url.expose().to_owned(),
        max_connections: config.database.max_connections.get(),
        acquire_timeout: config.database.acquire_timeout.as_duration(),
    };
    let failed = |source| BuildError::Database {
        url: config.database.url.to_string(),
        source,
    };
    Db::connect(&options).await.map_err(failed)
}

fn master_key(source: &MasterKeySource) -> Result<Secret<[u8; 32]>, BuildError> {
    match source {
        MasterKeySource::Given(key) => Ok(key.clone()),
        MasterKeySource::File(path) => read_or_create(path),
    }
}

fn read_or_create(path: &Path) -> Result<Secret<[u8; 32]>, BuildError> {
    let failed = |problem: String| BuildError::MasterKey {
        path: path.display().to_string(),
        problem,
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let key = random::bytes::<32>();
            let written = writeln!(file, "{}", STANDARD.encode(key)).and_then(|()| file.sync_all());
            written.map_err(|e| failed(format!("could not be written ({e})")))?;
            Ok(Secret::new(key))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let text =
                std::fs::read_to_string(path).map_err(|e| failed(format!("could not be read ({e})")))?;
            let wrong = || failed("must hold 32 bytes in base64; restore it from a backup".to_owned());
            config::decode_master_key(text.trim()).ok_or_else(wrong)
        }
        Err(error) => Err(failed(format!(
            "could not be created ({error}); name another file in crypto.master_key_file"
        ))),
    }
}

const PEPPER: &str = "client secret pepper";

/// The installation's key for client secrets, made at the first start.
async fn pepper(db: &Db, master: &SealingKey) -> Result<Pepper, BuildError> {
    let sealed = if let Some(sealed) = store::secrets::find(db, PEPPER).await.map_err(Failure::from)? {
        sealed
    } else {
        let fresh = master.seal(PEPPER, &random::bytes::<32>());
        store::secrets::insert_if_absent(db, PEPPER, &fresh)
            .await
            .map_err(Failure::from)?;
        // another process may have been first: what is stored counts
        store::secrets::find(db, PEPPER)
            .await
            .map_err(Failure::from)?
            .unwrap_or(fresh)
    };
    let opened = master.open(PEPPER, &sealed).map_err(|_| BuildError::MasterKey {
        path: "crypto.master_key".to_owned(),
        problem: "is not the one that this database was set up with; give the original key".to_owned(),
    })?;
    let bytes: [u8; 32] = opened
        .expose()
        .as_slice()
        .try_into()
        .map_err(|_| BuildError::MasterKey {
            path: "crypto.master_key".to_owned(),
            problem: "opens a secret of the wrong length; the database is damaged".to_owned(),
        })?;
    Ok(Pepper::new(&Secret::new(bytes)))
}
