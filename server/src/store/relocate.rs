//! Moving a comment with all that stands below it.

use std::collections::{HashMap, HashSet};

use afterword_protocol::ProblemKind;
use sqlx::SqliteConnection;

use super::Error;
use super::trash::{bury, raise};
use super::verdict::count;
use crate::error::Refusal;

/// Where a comment stood.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Place {
    pub(super) page: i64,
    pub(super) parent: Option<String>,
    /// The numbers of it and of those below it.
    numbers: HashMap<String, i64>,
}

#[derive(sqlx::FromRow)]
struct Member {
    id: String,
    parent_id: Option<String>,
    depth: i64,
    number: i64,
    state: String,
}

/// Moves a comment, with all that stands below it, to a page: as a root, or below another comment. What
/// stood there before under a number has it again. Gives where it stood.
pub(super) async fn relocate(
    change: &mut SqliteConnection,
    id: &str,
    page: i64,
    parent: Option<&str>,
    numbers: &HashMap<String, i64>,
) -> Result<Place, Error> {
    let (from, root, old_parent): (i64, String, Option<String>) =
        sqlx::query_as("SELECT page_id, root_id, parent_id FROM comment WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *change)
            .await?;
    let branch: Vec<Member> = sqlx::query_as(
        "SELECT id, parent_id, depth, number, state FROM comment \
         WHERE page_id = ? AND root_id = ? ORDER BY depth, id",
    )
    .bind(from)
    .bind(&root)
    .fetch_all(&mut *change)
    .await?;
    // Parents come before their children.
    let mut below = HashSet::from([id.to_owned()]);
    let mut moved = Vec::new();
    for member in branch {
        let is_below = member
            .parent_id
            .as_ref()
            .is_some_and(|it| below.contains(it));
        if member.id == id || is_below {
            below.insert(member.id.clone());
            moved.push(member);
        }
    }
    let (new_root, depth) = match parent {
        None => (id.to_owned(), 0),
        Some(parent) => {
            let found: Option<(String, i64)> = sqlx::query_as(
                "SELECT root_id, depth + 1 FROM comment WHERE id = ? AND page_id = ?",
            )
            .bind(parent)
            .bind(page)
            .fetch_optional(&mut *change)
            .await?;
            found.ok_or_else(|| Refusal::new(ProblemKind::ParentNotFound))?
        }
    };
    let top = moved.first().map_or(0, |it| it.depth);
    let mut place = Place {
        page: from,
        parent: old_parent.clone(),
        numbers: HashMap::new(),
    };
    let mut published = 0;
    for member in &moved {
        place.numbers.insert(member.id.clone(), member.number);
        let number = match numbers.get(&member.id) {
            // Unless it was published meanwhile, or is not any more.
            Some(number) if (*number > 0) == (member.number > 0) => *number,
            _ => next_number(change, page, member.number > 0).await?,
        };
        let above = if member.id == id {
            parent
        } else {
            member.parent_id.as_deref()
        };
        sqlx::query(
            "UPDATE comment SET page_id = ?1, root_id = ?2, parent_id = ?3, depth = ?4, \
             number = ?5, pinned = iif(?3 IS NULL, pinned, NULL) WHERE id = ?6",
        )
        .bind(page)
        .bind(&new_root)
        .bind(above)
        .bind(member.depth - top + depth)
        .bind(number)
        .bind(&member.id)
        .execute(&mut *change)
        .await?;
        sqlx::query("UPDATE thought SET page_id = ? WHERE comment_id = ?")
            .bind(page)
            .bind(&member.id)
            .execute(&mut *change)
            .await?;
        published += i64::from(member.state == "published");
    }
    if published > 0 && page != from {
        count(change, from, -published).await?;
        count(change, page, published).await?;
    }
    bury(change, old_parent).await?;
    if moved.first().is_some_and(|it| it.state != "gone") {
        raise(change, id).await?;
    }
    Ok(place)
}

/// Back to where it stood; gives whether that is there.
pub(super) async fn move_back(
    change: &mut SqliteConnection,
    id: &str,
    place: &Place,
) -> Result<bool, Error> {
    let parent = place.parent.as_deref();
    let is_there: bool = sqlx::query_scalar(
        "SELECT ?1 IS NULL OR EXISTS (SELECT 1 FROM comment WHERE id = ?1 AND page_id = ?2)",
    )
    .bind(parent)
    .bind(place.page)
    .fetch_one(&mut *change)
    .await?;
    if is_there {
        relocate(change, id, place.page, parent, &place.numbers).await?;
    }
    Ok(is_there)
}

async fn next_number(
    change: &mut SqliteConnection,
    page: i64,
    is_published: bool,
) -> Result<i64, Error> {
    let sql = match is_published {
        true => "UPDATE page SET last_number = last_number + 1 WHERE id = ? RETURNING last_number",
        false => "UPDATE page SET last_held = last_held + 1 WHERE id = ? RETURNING -last_held",
    };
    Ok(sqlx::query_scalar(sql).bind(page).fetch_one(change).await?)
}
