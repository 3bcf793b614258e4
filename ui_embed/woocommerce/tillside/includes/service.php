<?php
/**
 * Where the Tillside service is.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

// Who runs Tillside on a server of their own names it in wp-config.php.
if ( ! defined( 'TILLSIDE_APP_URL' ) ) {
	define( 'TILLSIDE_APP_URL', 'https://app.tillside.example' );
}

/**
 * The service's address without a slash at its end.
 *
 * @return string
 */
function tillside_app_url() {
	return untrailingslashit( TILLSIDE_APP_URL );
}

/**
 * The address by which the service knows this store, without a slash at its end.
 *
 * Not home_url(): that changes with the scheme of the request, and plugins for several
 * languages add one to its path.
 *
 * @return string
 */
function tillside_store_url() {
	return untrailingslashit( get_option( 'home' ) );
}

/**
 * The origin of an address (scheme, host, port if it has one), '' if it has none.
 *
 * @param string $url An http or https address.
 * @return string
 */
function tillside_origin_of( $url ) {
	$parts = wp_parse_url( $url );
	if ( empty( $parts['scheme'] ) || empty( $parts['host'] ) ) {
		return '';
	}
	$scheme   = strtolower( $parts['scheme'] );
	$defaults = array(
		'http'  => 80,
		'https' => 443,
	);
	if ( ! isset( $defaults[ $scheme ] ) ) {
		return '';
	}
	$port = isset( $parts['port'] ) ? (int) $parts['port'] : $defaults[ $scheme ];
	$tail = $port === $defaults[ $scheme ] ? '' : ':' . $port;
	return $scheme . '://' . strtolower( $parts['host'] ) . $tail;
}
