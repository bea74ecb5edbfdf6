//! People.

use gatepost::domain::id::GroupId;
use gatepost::domain::id::RoleId;
use gatepost::domain::id::UserId;
use gatepost::domain::secret::Secret;
use gatepost::domain::user::Profile;
use gatepost::domain::user::UserInput;
use gatepost::domain::user::UserStatus;
use gatepost::ops;
use gatepost::ops::roles::RoleInput;
use gatepost::ops::roles::Save;
use gatepost::ops::users::Changed;
use gatepost::ops::users::SaveUser;

use crate::harness::Rp;
use crate::harness::TestApp;

/// A password that every rule allows.
const PASSWORD: &str = "plum kettle orbit sand";

/// Somebody with an account.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) password: String,
    app: TestApp,
}

pub(crate) struct PersonBuilder {
    app: TestApp,
    input: UserInput,
    admin: bool,
}

impl PersonBuilder {
    pub(crate) fn new(app: &TestApp, username: &str) -> Self {
        let input = UserInput {
            username: username.to_owned(),
            email: Some(format!("{username}@people.test")),
            email_verified: true,
            name: Some(format!("{username} Example")),
            profile: Profile::default(),
        };
        Self {
            app: app.clone(),
            input,
            admin: false,
        }
    }

    pub(crate) fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// With these standard claims.
    pub(crate) fn profile(mut self, profile: Profile) -> Self {
        self.input.profile = profile;
        self
    }

    /// Changes what is saved.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut UserInput)) -> Self {
        change(&mut self.input);
        self
    }

    pub(crate) async fn create(self) -> Person {
        let Self { app, input, admin } = self;
        let username = input.username.clone();
        let password = Secret::new(PASSWORD.to_owned());
        let saved = if admin {
            ops::bootstrap::create_admin(app.ops(), &app.operator(), input, password).await
        } else {
            ops::users::create(app.ops(), &app.operator(), input, Some(password)).await
        };
        let id = match saved.expect("the database answers") {
            SaveUser::Saved(id) => Some(id),
            refused => {
                assert_eq!(refused, SaveUser::Missing, "the person is not saved");
                None
            }
        };
        Person {
            id: id.expect("saved"),
            username,
            password: PASSWORD.to_owned(),
            app,
        }
    }
}

impl Person {
    pub(crate) async fn disable(&self) {
        let (ops, who) = (self.app.ops(), self.app.operator());
        let done = ops::users::set_status(ops, &who, &self.id, UserStatus::Disabled).await;
        assert_eq!(done.expect("the database answers"), Changed::Done);
    }

    pub(crate) async fn delete(&self) {
        let done = ops::users::delete(self.app.ops(), &self.app.operator(), &self.id).await;
        assert_eq!(done.expect("the database answers"), Changed::Done);
    }

    /// Gives a role, global or at one client, made for this.
    pub(crate) async fn give_role(&self, name: &str, at: Option<&Rp>) -> RoleId {
        let input = RoleInput {
            name: name.to_owned(),
            client_id: at.map(|rp| rp.client_id.clone()),
            ..RoleInput::default()
        };
        let (ops, who) = (self.app.ops(), self.app.operator());
        let made = ops::roles::create(ops, &who, input).await.expect("answers");
        let role = saved(made);
        ops::roles::assign(ops, &who, &self.id, &role)
            .await
            .expect("answers");
        role
    }

    pub(crate) async fn take_role(&self, role: &RoleId) {
        let (ops, who) = (self.app.ops(), self.app.operator());
        ops::roles::unassign(ops, &who, &self.id, role)
            .await
            .expect("answers");
    }

    /// Puts the person into a group, made for this.
    pub(crate) async fn join(&self, name: &str) -> GroupId {
        let (ops, who) = (self.app.ops(), self.app.operator());
        let made = ops::groups::create(ops, &who, name, "").await.expect("answers");
        let group = saved(made);
        ops::groups::add_member(ops, &who, &group, &self.id)
            .await
            .expect("answers");
        group
    }
}

fn saved<Id>(save: Save<Id>) -> Id {
    let id = match save {
        Save::Saved(id) => Some(id),
        Save::Invalid(..) | Save::Taken | Save::Missing | Save::Locked => None,
    };
    id.expect("saved")
}
