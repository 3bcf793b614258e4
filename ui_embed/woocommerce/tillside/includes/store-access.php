<?php
/**
 * What the service has in this store: its webhooks and a credential, a WooCommerce API key or
 * an application password. Written as `key:<row id>` or `password:<user id>:<uuid>`.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * The credential that authenticated the current request, '' when none did.
 *
 * @return string
 */
function tillside_request_credential() {
	$password = function_exists( 'rest_get_authenticated_app_password' ) ? rest_get_authenticated_app_password() : null;
	if ( $password ) {
		return 'password:' . get_current_user_id() . ':' . $password;
	}
	$key = tillside_request_consumer_key();
	return '' === $key ? '' : tillside_find_key( $key );
}

/**
 * The consumer key that the request names, wherever WooCommerce would take it from.
 *
 * @return string
 */
function tillside_request_consumer_key() {
	// phpcs:disable WordPress.Security.NonceVerification.Recommended -- A machine's request; WooCommerce has verified its signature or secret.
	$places = array(
		isset( $_SERVER['PHP_AUTH_USER'] ) ? sanitize_text_field( wp_unslash( $_SERVER['PHP_AUTH_USER'] ) ) : '',
		isset( $_GET['consumer_key'] ) ? sanitize_text_field( wp_unslash( $_GET['consumer_key'] ) ) : '',
		isset( $_GET['oauth_consumer_key'] ) ? sanitize_text_field( wp_unslash( $_GET['oauth_consumer_key'] ) ) : '',
		tillside_oauth_header_key(),
	);
	// phpcs:enable
	foreach ( $places as $place ) {
		if ( 0 === strpos( $place, 'ck_' ) ) {
			return $place;
		}
	}
	return '';
}

/**
 * The consumer key of a header `Authorization: OAuth …`, '' without one.
 *
 * @return string
 */
function tillside_oauth_header_key() {
	$header = isset( $_SERVER['HTTP_AUTHORIZATION'] ) ? sanitize_text_field( wp_unslash( $_SERVER['HTTP_AUTHORIZATION'] ) ) : '';
	return preg_match( '/^OAuth .*\boauth_consumer_key="?(ck_[0-9a-f]+)/i', $header, $found ) ? $found[1] : '';
}

/**
 * The credential of that consumer key, '' unless it is the current user's.
 *
 * @param string $consumer_key A key as it was sent.
 * @return string
 */
function tillside_find_key( $consumer_key ) {
	global $wpdb;
	// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- WooCommerce has no function that finds a key.
	$key_id = $wpdb->get_var(
		$wpdb->prepare(
			"SELECT key_id FROM {$wpdb->prefix}woocommerce_api_keys WHERE consumer_key = %s AND user_id = %d",
			wc_api_hash( $consumer_key ),
			get_current_user_id()
		)
	);
	return $key_id ? 'key:' . (int) $key_id : '';
}

/**
 * Revokes a credential. Returns whether it is gone by this.
 *
 * @param string $credential As tillside_request_credential() returns it.
 * @return bool
 */
function tillside_revoke_credential( $credential ) {
	global $wpdb;
	$parts = explode( ':', $credential );
	if ( 'key' === $parts[0] && 2 === count( $parts ) ) {
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- As WooCommerce's own settings page does it.
		return (bool) $wpdb->delete( $wpdb->prefix . 'woocommerce_api_keys', array( 'key_id' => (int) $parts[1] ), array( '%d' ) );
	}
	if ( 'password' === $parts[0] && 3 === count( $parts ) ) {
		return true === WP_Application_Passwords::delete_application_password( (int) $parts[1], $parts[2] );
	}
	return false;
}

/**
 * Takes from the service what it has in this store. Returns whether the credential is gone by this.
 *
 * @param array<string,string> $installation As tillside_installation() returns it.
 * @return bool
 */
function tillside_shut_out( array $installation ) {
	tillside_delete_webhooks( $installation['app_url'] . '/webhooks/' );
	return tillside_revoke_credential( $installation['credential'] );
}

/**
 * Deletes the webhooks that are delivered there.
 *
 * @param string $address The beginning of their delivery address.
 * @return void
 */
function tillside_delete_webhooks( $address ) {
	if ( ! function_exists( 'wc_get_webhook' ) ) {
		return;
	}
	$ids = WC_Data_Store::load( 'webhook' )->search_webhooks( array( 'limit' => -1 ) );
	foreach ( $ids as $id ) {
		$webhook = wc_get_webhook( $id );
		if ( $webhook && 0 === strpos( $webhook->get_delivery_url(), $address ) ) {
			$webhook->delete( true );
		}
	}
}
