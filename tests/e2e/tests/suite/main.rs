//! The stories, each told in every engine: `cargo test -p afterword-e2e`, or only in one by
//! `cargo test -p afterword-e2e chromium::`, or only one by its name.
//!
//! `AFTERWORD_BROWSERS=chromium,firefox` leaves engines out.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use afterword_e2e::{Engine, Pool, Scene, exit, run};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::signal::unix::{SignalKind, signal};

mod access;
mod admin_more;
mod admin_pages;
mod admin_queue;
mod answers;
mod backend_artalk;
mod backend_bad;
mod backend_bluesky;
mod backend_comentario;
mod backend_discourse;
mod backend_github;
mod backend_isso;
mod backend_mastodon;
mod backend_remark42;
mod backend_rest;
mod backend_several;
mod backend_static;
mod backend_twikoo;
mod backend_waline;
mod backend_wordpress;
mod common;
mod composing;
mod counts;
mod counts_elsewhere;
mod demo;
mod held;
mod in_place;
mod keeping;
mod layout;
mod live;
mod loader;
mod local;
mod mail;
mod meanwhile;
mod mine;
mod navigation;
mod opinions;
mod pages;
mod peers;
mod place;
mod python;
mod reading;
mod refusals;
mod safety;
mod semantics;
mod signing;
mod spam;
mod takeover;
mod tools;
mod wayfinding;
mod without_script;
mod writing;

/// The functions of a module as stories, with their names.
macro_rules! scenes {
    ($($module:ident: $($scene:ident),+ $(,)?;)+) => {
        &[$($((
            concat!(stringify!($module), "::", stringify!($scene)),
            (|story| Box::pin($module::$scene(story))) as Scene,
        )),+),+]
    };
}

const SCENES: &[(&str, Scene)] = scenes! {
    admin_queue:
        twenty_on_a_phone,
        what_it_holds_is_text,
        a_comment_has_an_address,
        all_of_many_at_once,
        tells_what_comes_meanwhile,
        two_decide_at_once,
        what_fails_is_told_and_kept,
        two_moderators_at_once;
    admin_more:
        speaks_as_is_chosen,
        speaks_one_language,
        hooks_are_tried_again_or_given_up,
        a_mail_is_tried,
        figures_are_read_while_they_change,
        a_persons_data_are_saved_and_erased,
        chooses_what_to_be_told,
        a_rule_is_put_back,
        ends_somebodys_sessions,
        a_hook_is_set_and_tried,
        leads_from_a_rule_to_what_it_found;
    admin_pages:
        a_wrong_password_is_told,
        signs_out_and_stays_out,
        searches_and_goes_back,
        each_sees_what_is_theirs,
        an_invitation_makes_a_moderator,
        by_keyboard_alone,
        passkeys,
        before_signing_in,
        it_is_still_they,
        no_barrier,
        no_barrier_in_the_dark,
        no_barrier_from_right_to_left,
        fits_every_window;
    meanwhile:
        a_dialog_goes_with_its_page,
        the_focus_stays_near,
        nothing_is_sent_twice,
        what_was_not_undone_can_be,
        a_moderator_signs_in_anew,
        what_was_held_before_is_so_no_longer,
        a_dialog_keeps_what_is_typed,
        who_types_before_the_comments_come_goes_on,
        a_server_leads_no_window_to_a_script;
    in_place:
        in_a_window,
        by_a_passkey;
    place:
        a_moderator_closes_the_page,
        a_moderator_slows_the_page_down,
        a_moderator_closes_what_nobody_has_commented_on;
    loader:
        stands_where_the_script_stands,
        stands_at_the_end_when_the_script_is_in_the_head,
        uses_the_owners_elements,
        takes_its_settings_from_script_and_page,
        speaks_the_pages_language,
        languages_go_by_many_names,
        the_same_script_twice_is_one_thread,
        two_scripts_are_two_threads,
        waits_until_a_reader_is_near,
        a_link_to_a_comment_loads_at_once,
        waits_for_load_when_told_to,
        keeps_the_widget_when_moved,
        frees_the_widget_when_removed_and_mounts_again,
        mounts_anew_once_for_several_attributes,
        changes_the_theme_in_place,
        many_elements_share_one_of_everything,
        elements_made_by_scripts_work,
        tells_when_the_files_do_not_come_and_tries_again,
        tells_when_the_policy_refuses_wasm,
        tells_when_the_browser_has_no_wasm,
        keys_do_not_leave_the_widget,
        is_removed_before_it_has_loaded;
    mail:
        tells_of_an_answer_until_the_reader_leaves,
        asks_who_writes_without_a_script;
    backend_bluesky:
        a_thread_with_its_links_and_labels,
        says_what_is_wrong_with_it;
    backend_discourse:
        a_topic_in_two_chunks,
        a_closed_topic_that_breaks_off;
    backend_github:
        a_discussion_as_the_build_keeps_it,
        a_locked_one_in_the_shape_of_giscus;
    backend_rest:
        by_a_mapping,
        a_mapping_that_is_none,
        a_backend_of_the_page,
        a_backend_that_nobody_knows,
        what_is_found_again_is_its_authors,
        nobody_is_asked_for_a_word_where_none_is_taken;
    backend_several:
        answers_from_elsewhere_among_the_comments,
        in_portions_and_in_another_order,
        with_another_backend_and_one_that_fails;
    backend_static:
        a_thread_that_a_server_once_had,
        json_in_the_page,
        says_what_is_wrong_with_it;
    backend_mastodon:
        a_thread_with_all_that_a_post_can_hold,
        by_id_and_in_another_order,
        says_what_is_wrong_with_it;
    python:
        a_conversation_on_another_backend,
        what_another_backend_lacks_is_not_offered;
    backend_isso:
        the_whole_path,
        what_isso_refuses;
    backend_waline:
        without_an_account,
        with_an_account;
    takeover:
        comments_come_before_the_program,
        nothing_is_loaded_before_a_reader_is_near,
        a_mouse_brings_the_program,
        what_is_typed_before_stays,
        what_is_selected_and_where_one_reads_stays,
        a_tap_that_comes_early_is_carried_out,
        a_comment_that_is_sent_early_is_posted_once,
        a_long_thread_is_alive_wherever_one_taps_first,
        it_is_the_thread_that_the_program_draws,
        ones_own_comments_bring_the_program,
        idle_time_brings_the_program_where_the_owner_wants_that,
        a_finger_that_scrolls_brings_the_program,
        a_selection_brings_the_program_and_typing_does_not,
        a_link_to_a_comment_brings_the_program,
        a_thread_that_the_page_has_already_is_shown_and_brought_up_to_date,
        from_another_origin_it_is_cleaned,
        cleaned_it_is_the_same_thread,
        readers_who_save_data_get_forms_instead,
        where_the_policy_refuses_wasm_the_forms_work,
        a_tap_finds_its_page_when_the_program_fails,
        a_vote_counts_when_the_program_fails,
        without_a_connection_it_is_tried_again,
        what_is_far_away_is_there_for_everybody;
    without_script:
        reads_a_thread,
        posts_a_comment,
        is_told_what_is_wrong,
        sees_how_it_will_look,
        replies_to_a_reply,
        changes_and_deletes_by_the_link,
        a_text_without_a_place_comes_back,
        sees_all_of_a_long_thread,
        a_reader_mode_finds_it,
        a_thread_in_a_frame,
        no_other_site_has_it_in_a_frame,
        what_another_site_sends_is_asked_about,
        a_thread_in_the_pages_own_html,
        a_thread_in_a_shadow_of_the_pages_html,
        by_keyboard_alone,
        no_barrier,
        no_barrier_in_the_dark,
        fits_every_window;
    reading:
        every_kind_of_comment,
        who_and_when_for_every_reader,
        times_are_told_relative_to_now,
        right_to_left_text_stands_at_the_right,
        nobody_has_said_anything_yet,
        in_another_order,
        a_long_thread_in_portions,
        a_long_conversation_in_portions,
        a_link_deep_into_the_thread,
        a_link_is_at_its_place_in_every_order,
        a_link_to_a_comment_that_is_gone,
        a_conversation_deeper_than_the_view;
    composing:
        the_toolbar_marks_what_is_selected,
        keys_mark_and_post,
        a_preview_follows_what_is_written,
        code_has_colours_and_a_spoiler_is_covered,
        names_and_emoji_are_offered,
        picks_an_emoji,
        quotes_a_comment,
        quotes_all_of_a_comment,
        quotes_the_article,
        shows_an_image,
        pastes_an_image;
    writing:
        a_comment_that_another_reader_sees,
        it_stands_at_once_and_is_marked_as_sending,
        with_the_oldest_first_it_stands_at_the_end,
        a_reply_to_a_reply,
        changes_ones_mind,
        deletes_a_comment,
        deletes_a_comment_that_has_been_answered,
        sees_how_it_will_look,
        emoji_come_back_as_they_were_typed,
        the_page_is_told;
    opinions:
        a_vote_that_is_changed_and_taken_back,
        reactions_to_a_comment_and_to_the_article,
        a_vote_that_does_not_arrive,
        ones_own_comment_has_no_vote_of_ones_own,
        the_owner_says_what_there_is,
        the_best_and_the_most_discussed,
        by_keyboard_alone,
        without_scripts_they_are_given;
    held: waits_for_approval, is_told_what_was_decided, a_draft_survives_closing, a_moderator_decides_in_place,
        waits_without_a_script, a_person_is_known_by_their_browser, stands_for_its_author_alone,
        is_edited_while_it_waits, is_edited_in_the_shadow, answers_in_the_shadow, a_moderator_bans_in_place,
        a_moderator_edits_in_place;
    keeping:
        drafts_survive_a_reload,
        a_draft_of_a_change_survives_a_reload,
        two_threads_on_a_page_have_two_drafts,
        the_server_dies_in_the_middle_of_a_post,
        the_answer_is_lost_on_its_way,
        an_answer_that_was_lost_is_found_after_a_reload,
        a_reload_with_an_unsent_comment,
        an_unsent_comment_can_be_changed_or_discarded,
        a_reply_that_was_not_sent,
        the_server_is_stopped_and_started_again,
        a_slow_server_is_waited_for,
        a_change_that_fails,
        a_deletion_that_fails,
        more_comments_that_do_not_come,
        a_browser_that_keeps_nothing;
    mine:
        a_menu_by_keyboard,
        a_menu_by_mouse,
        a_link_is_copied,
        what_a_comment_said_before,
        a_deletion_is_taken_back,
        a_deletion_is_taken_back_after_a_reload,
        a_comment_is_reported,
        somebody_is_muted,
        who_is_muted_is_met_nowhere_else,
        comments_on_another_device,
        drafts_are_listed,
        in_a_language_as_some_pages_name_it,
        a_name_is_remembered,
        a_website_that_was_put_right_stays_so,
        a_comment_waits_for_the_connection;
    refusals:
        nothing_to_post,
        one_byte_too_long,
        too_long_for_a_server_that_has_become_stricter,
        too_many_links,
        nested_too_deeply,
        characters_that_nobody_sees,
        a_name_without_end,
        a_token_that_is_not_this_comments,
        the_time_for_changes_is_over,
        a_comment_that_is_gone_by_now,
        a_conversation_that_may_not_go_deeper,
        a_page_that_may_not_send_comments,
        a_lot_in_a_short_time,
        a_site_that_the_server_does_not_know,
        a_page_key_of_5_kilobytes,
        a_text_that_was_changed_after_it_was_sent;
    answers:
        while_loading,
        an_answer_without_an_end,
        no_answer_while_loading,
        while_posting,
        no_answer_while_posting,
        while_changing_and_deleting,
        while_previewing,
        a_backend_that_has_gone,
        comments_that_cannot_be,
        as_many_comments_as_a_page_can_draw;
    pages:
        scripts_that_change_what_is_built_in,
        shortcuts_of_the_page,
        moved_in_the_middle_of_a_sentence,
        taken_away_in_the_middle_of_a_post,
        another_article_without_loading_the_page;
    navigation:
        the_element_is_kept_from_one_article_to_the_next,
        scripts_have_a_handle,
        a_title_that_changes_disturbs_nobody,
        it_is_as_dark_as_the_page,
        fifty_navigations_leave_nothing_behind,
        a_module_brings_the_element,
        a_vote_is_told;
    layout:
        a_hostile_style_sheet,
        it_looks_the_same_on_every_page,
        a_page_from_right_to_left,
        a_window_of_280_pixels,
        letters_twice_as_large,
        colours_that_are_the_readers,
        as_little_motion_as_possible,
        nothing_moves_when_comments_come,
        on_paper;
    safety:
        a_strict_policy,
        a_policy_of_trusted_types,
        a_policy_that_refuses_wasm,
        an_isolated_page,
        no_cookie_and_no_third_party,
        html_that_wants_to_do_harm;
    live:
        others_comments_wait_behind_a_button,
        replies_come_to_their_branch,
        ones_own_comment_is_no_news,
        what_is_edited_and_deleted_changes_in_place,
        nothing_is_taken_from_who_is_editing,
        an_answer_to_what_is_gone_is_kept,
        nothing_moves,
        it_goes_on_after_a_restart,
        reactions_are_seen_without_streams,
        reactions_to_the_article_are_seen_by_others,
        without_streams_it_asks,
        it_asks_less_and_less_often,
        who_was_away_for_long_loads_anew,
        a_hidden_tab_pauses,
        an_owner_can_turn_it_off,
        a_widget_that_is_gone_hears_nothing,
        no_barrier;
    counts:
        an_index_of_thirty_articles_makes_one_request,
        what_is_added_later_is_counted,
        in_the_words_of_the_page,
        many_more_than_one_request_may_ask_for,
        what_stands_there_stays_without_an_answer;
    counts_elsewhere:
        by_one_question_each,
        of_the_real_servers,
        of_what_the_page_brings_and_keeps;
    access:
        no_barrier_to_reading,
        no_barrier_to_writing,
        no_barrier_where_something_fails,
        no_barrier_to_help_with_writing,
        no_barrier_in_the_dark,
        no_barrier_at_night_to_finding_the_way,
        dialogs_by_keyboard,
        no_barrier_in_a_dark_theme_on_a_light_system,
        no_barrier_from_right_to_left,
        by_keyboard_alone,
        the_focus_is_always_seen;
    tools:
        no_barrier_to_tools_in_the_dark,
        no_barrier_to_tools_in_forced_colours,
        no_barrier_to_tools_from_right_to_left,
        tools_in_the_direction_of_the_thread,
        tools_in_320_pixels,
        the_focus_is_not_hidden;
    signing:
        an_sso_reader_posts_with_a_badge,
        a_reader_is_the_same_on_every_device,
        a_reader_s_picture_comes_from_our_own_server,
        a_link_in_a_mail_signs_in_elsewhere,
        a_window_signs_in,
        a_window_that_is_cut_off_says_so;
    spam:
        work_is_done_while_somebody_writes,
        it_is_done_in_the_page_where_there_are_no_workers,
        a_person_is_heard_among_a_thousand_posts_of_bots;
    semantics:
        a_thread_as_it_is_told,
        at_400_per_cent;
    local:
        comments_without_a_server,
        a_browser_without_room;
    backend_remark42:
        as_somebody_with_a_name,
        by_a_token_in_a_header,
        with_an_account,
        where_nothing_can_be_sent;
    backend_artalk:
        with_a_picture_to_be_read;
    backend_twikoo:
        with_text_that_is_rendered_here;
    backend_wordpress:
        where_everybody_may_comment,
        where_only_accounts_may;
    backend_comentario:
        without_and_with_an_account,
        with_an_account_of_another_service;
    backend_bad:
        isso,
        waline,
        rest,
        remark42,
        artalk,
        twikoo,
        wordpress,
        comentario,
        mastodon,
        bluesky,
        discourse,
        github,
        a_file,
        of_the_page;
    peers:
        the_path_on_every_named_server;
    wayfinding:
        a_branch_is_folded,
        a_long_comment_is_read_on,
        everybody_has_a_face,
        what_is_answered_is_shown_at_the_link,
        who_is_mentioned_can_be_followed,
        what_is_new_since_the_last_visit,
        by_keys,
        looking_for_something;
    demo:
        an_article_with_comments_of_every_kind,
        a_playground_for_themes,
        without_a_server_and_in_the_dark;
};

/// How many of the slowest scenes are told.
const SLOWEST: usize = 20;

/// The scenes that an engine can't play: they are ignored, and say so.
const fn missing(engine: Engine) -> &'static [&'static str] {
    match engine {
        // It knows no forced colours, and lets no script search in a shadow root.
        Engine::WebKit => &[
            "colours_that_are_the_readers",
            "no_barrier_to_tools_in_forced_colours",
            "what_is_far_away_is_there_for_everybody",
            "admin_pages::passkeys",
            "in_place::by_a_passkey",
            "admin_pages::no_barrier_in_the_dark",
        ],
        // Only Chromium's driver has passkeys; and contrast is the same in all.
        Engine::Firefox => &[
            "admin_pages::passkeys",
            "in_place::by_a_passkey",
            "admin_pages::no_barrier_in_the_dark",
        ],
        Engine::Chromium => &[],
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let (engines, runtime) = match (Engine::chosen(), tokio::runtime::Runtime::new()) {
        (Ok(engines), Ok(runtime)) => (engines, Arc::new(runtime)),
        (Err(error), _) => return refuse(&error),
        (_, Err(error)) => return refuse(&error.into()),
    };
    runtime.spawn(asked_to_stop());
    let pool = Pool::new();
    let durations = Arc::new(Mutex::new(Vec::new()));
    let mut trials = Vec::new();
    for engine in engines {
        for &(name, scene) in SCENES {
            let (runtime, pool) = (Arc::clone(&runtime), Arc::clone(&pool));
            let durations = Arc::clone(&durations);
            let is_missing = missing(engine).iter().any(|scene| name.ends_with(scene))
                || (name.starts_with("peers::") && !peers::are_named());
            let trial = Trial::test(format!("{engine}::{name}"), move || {
                let short = name.rsplit("::").next().unwrap_or(name);
                let begin = Instant::now();
                let result = runtime.block_on(run(short, engine, pool, scene));
                let mut durations = durations.lock().unwrap_or_else(PoisonError::into_inner);
                durations.push((begin.elapsed(), engine, name));
                result.map_err(|error| Failed::from(format!("{error:#}")))
            });
            trials.push(trial.with_ignored_flag(is_missing));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    runtime.block_on(pool.close());
    tell_slowest(&mut durations.lock().unwrap_or_else(PoisonError::into_inner));
    conclusion.exit_code()
}

/// Where the time goes, for whoever wants the whole to be quick.
fn tell_slowest(durations: &mut [(Duration, Engine, &str)]) {
    durations.sort_by_key(|(duration, ..)| std::cmp::Reverse(*duration));
    let seconds = |duration: &Duration| duration.as_secs_f64();
    let sum: f64 = durations
        .iter()
        .map(|(duration, ..)| seconds(duration))
        .sum();
    if durations.len() > SLOWEST {
        eprintln!(
            "the slowest of {} scenes, {sum:.0} s in sum:",
            durations.len()
        );
        for (duration, engine, name) in durations.iter().take(SLOWEST) {
            eprintln!("{:6.1} s  {engine}::{name}", seconds(duration));
        }
    }
}

/// Ends what the tests have started when somebody ends the tests.
async fn asked_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => if interrupted.is_err() { return },
    }
    // As a shell tells that a signal has ended a program.
    exit(130)
}

fn refuse(error: &anyhow::Error) -> ExitCode {
    eprintln!("{error:#}");
    ExitCode::FAILURE
}
