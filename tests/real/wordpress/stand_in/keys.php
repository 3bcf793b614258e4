<?php
/**
 * WooCommerce's API keys: Basic or query over https, one-legged OAuth 1.0a over http, and only
 * for namespaces that begin with `wc/` or `wc-`.
 */

function wc_api_hash( $data ) {
	return hash_hmac( 'sha256', $data, 'wc-api' );
}

/** Makes a key for a user; returns what a client is told, and the row's id. */
function stand_in_make_key( int $user_id, string $permissions = 'read_write' ): array {
	global $wpdb;
	$key    = 'ck_' . bin2hex( random_bytes( 20 ) );
	$secret = 'cs_' . bin2hex( random_bytes( 20 ) );
	$wpdb->insert(
		"{$wpdb->prefix}woocommerce_api_keys",
		array(
			'user_id'         => $user_id,
			'description'     => 'Tillside',
			'permissions'     => $permissions,
			'consumer_key'    => wc_api_hash( $key ),
			'consumer_secret' => $secret,
			'truncated_key'   => substr( $key, -7 ),
		)
	);
	return array( 'key' => $key, 'secret' => $secret, 'id' => $wpdb->insert_id );
}

function stand_in_row_of_key( string $key ) {
	global $wpdb;
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM {$wpdb->prefix}woocommerce_api_keys WHERE consumer_key = %s", wc_api_hash( $key ) ) );
}

function stand_in_user_of_key( $user_id ) {
	$path = (string) parse_url( $_SERVER['REQUEST_URI'] ?? '', PHP_URL_PATH );
	if ( ! empty( $user_id ) || ! preg_match( '~/wp-json/wc[/-]~', $path ) ) {
		return $user_id;
	}
	$row = is_ssl() ? stand_in_row_by_secret() : stand_in_row_by_signature();
	if ( ! $row ) {
		return $user_id;
	}
	$GLOBALS['stand_in_permissions'] = $row->permissions;
	return (int) $row->user_id;
}

function stand_in_row_by_secret() {
	$key    = $_GET['consumer_key'] ?? $_SERVER['PHP_AUTH_USER'] ?? '';
	$secret = $_GET['consumer_secret'] ?? $_SERVER['PHP_AUTH_PW'] ?? '';
	$row    = stand_in_row_of_key( (string) $key );
	return $row && hash_equals( $row->consumer_secret, (string) $secret ) ? $row : null;
}

function stand_in_row_by_signature() {
	$sent = array_map( 'wp_unslash', $_GET );
	$row  = stand_in_row_of_key( (string) ( $sent['oauth_consumer_key'] ?? '' ) );
	if ( ! $row || 'HMAC-SHA256' !== ( $sent['oauth_signature_method'] ?? '' ) ) {
		return null;
	}
	$signature = $sent['oauth_signature'];
	unset( $sent['oauth_signature'] );
	ksort( $sent );
	$pairs = array();
	foreach ( $sent as $name => $value ) {
		$pairs[] = rawurlencode( $name ) . '=' . rawurlencode( $value );
	}
	$address = home_url( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
	$signed  = implode( '&', array_map( 'rawurlencode', array( $_SERVER['REQUEST_METHOD'], $address, implode( '&', $pairs ) ) ) );
	$right   = base64_encode( hash_hmac( 'sha256', $signed, $row->consumer_secret . '&', true ) );
	return hash_equals( $right, $signature ) ? $row : null;
}

function stand_in_check_key_permissions( $result, $server, $request ) {
	$held    = $GLOBALS['stand_in_permissions'] ?? 'read_write';
	$writing = ! in_array( $request->get_method(), array( 'GET', 'HEAD', 'OPTIONS' ), true );
	if ( 'read' === $held && $writing ) {
		return new WP_Error( 'woocommerce_rest_authentication_error', 'The API key provided does not have write permissions.', array( 'status' => 401 ) );
	}
	return $result;
}
