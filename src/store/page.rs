//! One keyset pagination for all lists.

use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::EntityTrait;
use sea_orm::Order;
use sea_orm::QueryFilter as _;
use sea_orm::QueryOrder as _;
use sea_orm::QuerySelect as _;
use sea_orm::Select;
use sea_orm::Value;

use crate::domain::page::Cursor;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::store::Reader;
use crate::store::StoreError;

/// A column to sort by.
pub(super) struct SortKey<E: EntityTrait> {
    /// The word in the URL.
    pub(super) name: &'static str,
    /// The column, which must be indexed together with the id and must not be null.
    pub(super) column: E::Column,
    /// Whether the column is a number.
    pub(super) numeric: bool,
    /// The row's value of it, as text.
    pub(super) value: fn(&E::Model) -> String,
}

/// The id column, and the row's value of it.
pub(super) type IdColumn<E> = (
    <E as EntityTrait>::Column,
    fn(&<E as EntityTrait>::Model) -> String,
);

/// Loads one page of `select`, sorted by the requested key (the first of `keys` when there is no such key) and then by
/// id.
pub(super) async fn load<E: EntityTrait>(
    on: &impl Reader,
    select: Select<E>,
    keys: &[SortKey<E>],
    id: IdColumn<E>,
    request: &PageRequest,
) -> Result<Page<E::Model>, StoreError>
where
    E::Model: Send + Sync,
{
    let Some(key) = keys
        .iter()
        .find(|k| k.name == request.sort)
        .or_else(|| keys.first())
    else {
        return Ok(Page {
            rows: Vec::new(),
            previous: None,
            next: None,
        });
    };
    let backwards = request.cursor.as_ref().is_some_and(|c| c.backwards);
    let descending = request.descending != backwards;
    let order = if descending { Order::Desc } else { Order::Asc };
    let mut select = select
        .order_by(key.column, order.clone())
        .order_by(id.0, order)
        .limit(request.size + 1);
    if let Some(cursor) = &request.cursor {
        select = select.filter(beyond(key, id.0, cursor, descending));
    }
    let mut rows = select.all(on.connection()).await?;
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    if backwards {
        rows.reverse();
    }
    let cursor = |row: &E::Model, backwards| Cursor {
        value: (key.value)(row),
        id: (id.1)(row),
        backwards,
    };
    let (has_previous, has_next) = if backwards {
        (more, true)
    } else {
        (request.cursor.is_some(), more)
    };
    let previous = rows.first().filter(|_| has_previous).map(|row| cursor(row, true));
    let next = rows.last().filter(|_| has_next).map(|row| cursor(row, false));
    Ok(Page { rows, previous, next })
}

fn beyond<E: EntityTrait>(key: &SortKey<E>, id: E::Column, cursor: &Cursor, descending: bool) -> Condition {
    let value: Value = if key.numeric {
        cursor.value.parse::<i64>().unwrap_or(0).into()
    } else {
        cursor.value.clone().into()
    };
    let past = |column: E::Column, value: Value| {
        if descending {
            column.lt(value)
        } else {
            column.gt(value)
        }
    };
    Condition::any().add(past(key.column, value.clone())).add(
        Condition::all()
            .add(key.column.eq(value))
            .add(past(id, cursor.id.clone().into())),
    )
}

/// Escapes a text for `LIKE … ESCAPE '\'` and matches it as a prefix.
pub(super) fn prefix(text: &str) -> sea_orm::sea_query::LikeExpr {
    let mut pattern = String::with_capacity(text.len() + 1);
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    sea_orm::sea_query::LikeExpr::new(pattern).escape('\\')
}
