<?php
/**
 * REST answers that carry what nobody in between may keep.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * An answer that is stored nowhere.
 *
 * @param array<string,mixed> $data The answer.
 * @return WP_REST_Response
 */
function tillside_unstored_answer( array $data ) {
	// WordPress may send headers of its own against caches after ours.
	add_filter( 'nocache_headers', 'tillside_forbid_storing' );
	$response = new WP_REST_Response( $data );
	foreach ( tillside_forbid_storing( array() ) as $name => $value ) {
		$response->header( $name, $value );
	}
	return $response;
}

/**
 * Headers with which nothing is stored.
 *
 * @param array<string,string> $headers Those of WordPress.
 * @return array<string,string>
 */
function tillside_forbid_storing( array $headers ) {
	$headers['Cache-Control'] = 'no-store';
	return $headers;
}
