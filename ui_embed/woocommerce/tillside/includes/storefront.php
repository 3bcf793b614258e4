<?php
/**
 * The place in the storefront where chat will stand. Off unless the store turns it on, and
 * then only for visitors who have consented.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

const TILLSIDE_STOREFRONT = 'tillside_storefront_chat';

/**
 * Lets others print in the storefront's footer. This plugin itself prints nothing there.
 *
 * @return void
 */
function tillside_storefront() {
	if ( 'yes' !== get_option( TILLSIDE_STOREFRONT, 'no' ) || null === tillside_installation() ) {
		return;
	}
	if ( tillside_visitor_consents() ) {
		/**
		 * Fires in the footer of the storefront, for a visitor who has consented.
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
