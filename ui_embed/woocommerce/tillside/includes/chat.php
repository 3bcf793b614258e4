<?php
/**
 * The chat in the storefront: one script of the service's, and for a signed-in customer a proof of
 * who they are, signed with the installation's secret.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

const TILLSIDE_CHAT_CHANNEL = 'tillside_chat_channel';

// As long as a page may stand open before its visitor begins to chat.
const TILLSIDE_CHAT_PROOF_SECONDS = 1800;

/**
 * Prints the chat's script tag, where the store has named a chat.
 *
 * @return void
 */
function tillside_print_chat() {
	$installation = tillside_installation();
	$channel      = get_option( TILLSIDE_CHAT_CHANNEL, '' );
	if ( null === $installation || ! tillside_is_chat_channel( $channel ) ) {
		return;
	}
	$attributes = array(
		'src'          => $installation['app_url'] . '/widget.js',
		'async'        => true,
		'data-channel' => $channel,
		'data-lang'    => get_bloginfo( 'language' ),
		'data-cart'    => rest_url( 'wc/store/v1/cart' ),
	);
	$proof      = tillside_chat_proof( $installation );
	if ( '' !== $proof ) {
		$attributes['data-proof'] = $proof;
		tillside_keep_out_of_caches();
	}
	wp_print_script_tag( $attributes );
}

/**
 * A proof for the customer who is signed in, '' for a guest.
 *
 * @param array<string,string> $installation As tillside_installation() returns it.
 * @return string
 */
function tillside_chat_proof( array $installation ) {
	$user = wp_get_current_user();
	if ( ! $user->exists() ) {
		return '';
	}
	$claims = array(
		'sub'   => (string) $user->ID,
		'use'   => 'chat',
		'email' => $user->user_email,
	);
	return tillside_sign_ticket( $installation, $claims, TILLSIDE_CHAT_PROOF_SECONDS );
}

/**
 * Whether that is the code of a chat.
 *
 * @param mixed $channel What the store's option holds.
 * @return bool
 */
function tillside_is_chat_channel( $channel ) {
	return is_string( $channel ) && 1 === preg_match( '/^[A-Za-z0-9_-]{8,100}$/D', $channel );
}

/**
 * Asks caches of whole pages to leave this one out: it holds one customer's proof.
 *
 * @return void
 */
function tillside_keep_out_of_caches() {
	if ( ! defined( 'DONOTCACHEPAGE' ) ) {
		// phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedConstantFound -- The name that caches agreed on.
		define( 'DONOTCACHEPAGE', true );
	}
}
