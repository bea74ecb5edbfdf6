-- client_secret_jwt needs the secret itself, not only its hash: sealed under the master key, for clients of that method
-- alone
ALTER TABLE client_secrets ADD COLUMN sealed TEXT;
