<?php
/**
 * Disconnecting this store: at the service first, then here.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Disconnects. An error in plain words when the service hasn't confirmed: then nothing changes here.
 *
 * @return true|WP_Error
 */
function tillside_disconnect() {
	$installation = tillside_installation();
	$answer       = tillside_call_service( 'disconnect' );
	if ( is_wp_error( $answer ) ) {
		return $answer;
	}
	if ( ! isset( $answer['status'] ) || 'disconnected' !== $answer['status'] ) {
		return new WP_Error( 'tillside_refused', __( 'Tillside did not confirm that this store is disconnected. Please try again later.', 'tillside' ) );
	}
	tillside_forget_installation();
	tillside_shut_out( $installation );
	return true;
}

/**
 * The button "Disconnect" of the Tillside page.
 *
 * @return void
 */
function tillside_disconnect_by_hand() {
	check_admin_referer( 'tillside_disconnect' );
	if ( ! current_user_can( 'manage_woocommerce' ) ) {
		wp_die( esc_html__( 'You are not allowed to disconnect this store.', 'tillside' ), '', array( 'response' => 403 ) );
	}
	$done = tillside_disconnect();
	$told = is_wp_error( $done ) ? $done->get_error_code() : 'disconnected';
	wp_safe_redirect( add_query_arg( 'tillside_told', $told, tillside_page_url() ) );
	exit;
}
