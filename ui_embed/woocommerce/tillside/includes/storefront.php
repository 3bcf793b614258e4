<?php
/**
 * The place in the storefront where chat stands. Off unless the store turns it on: for visitors
 * who have consented ('yes'), or for every visitor ('all').
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

const TILLSIDE_STOREFRONT = 'tillside_storefront_chat';

/**
 * Prints the chat in the storefront's footer, and lets others print there too.
 *
 * @return void
 */
function tillside_storefront() {
	$mode = get_option( TILLSIDE_STOREFRONT, 'no' );
	if ( ! in_array( $mode, array( 'yes', 'all' ), true ) || null === tillside_installation() ) {
		return;
	}
	if ( 'all' === $mode || tillside_visitor_consents() ) {
		tillside_print_chat();
		/**
		 * Fires in the footer of the storefront, for a visitor who is offered the chat.
		 */
		do_action( 'tillside_storefront' );
	}
}

/**
 * Whether the visitor has consented to chat.
 *
 * @return bool
 */
function tillside_visitor_consents() {
	$consents = function_exists( 'wp_has_consent' ) && wp_has_consent( 'functional' );
	/**
	 * Filters it, for sites that ask in another way than by the WP Consent API.
	 *
	 * @param bool $consents Whether the visitor has consented; false where nobody asked.
	 */
	return (bool) apply_filters( 'tillside_visitor_consents', $consents );
}
