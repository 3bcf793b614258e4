<?php
/**
 * POST and DELETE wc-tillside/v1/installation: the service hands over, or takes back.
 *
 * The namespace begins with `wc-`: for such WooCommerce authenticates by its API keys.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Registers the route.
 *
 * @return void
 */
function tillside_register_installation_route() {
	register_rest_route(
		'wc-tillside/v1',
		'/installation',
		array(
			array(
				'methods'             => WP_REST_Server::CREATABLE,
				'callback'            => 'tillside_take_installation',
				'permission_callback' => 'tillside_may_hand_over',
				'args'                => tillside_installation_args(),
			),
			array(
				'methods'             => WP_REST_Server::DELETABLE,
				'callback'            => 'tillside_give_back_installation',
				'permission_callback' => 'tillside_may_hand_over',
			),
		)
	);
}

/**
 * What is handed over.
 *
 * @return array<string,array<string,mixed>>
 */
function tillside_installation_args() {
	$text = array(
		'type'              => 'string',
		'required'          => true,
		'validate_callback' => 'rest_validate_request_arg',
		'sanitize_callback' => 'sanitize_text_field',
	);
	$url  = array(
		'format'            => 'uri',
		'maxLength'         => 500,
		'sanitize_callback' => 'sanitize_url',
	) + $text;
	return array(
		'installation_id' => array( 'pattern' => '^[A-Za-z0-9._-]{1,64}$' ) + $text,
		'secret'          => array( 'pattern' => '^[A-Za-z0-9._~+/=-]{32,256}$' ) + $text,
		'app_url'         => $url,
		'panel_url'       => $url,
	);
}

/**
 * Whether a key or application password of somebody who manages the store has come.
 *
 * A signed-in browser is refused: only the service hands over.
 *
 * @return true|WP_Error
 */
function tillside_may_hand_over() {
	if ( current_user_can( 'manage_woocommerce' ) && '' !== tillside_request_credential() ) {
		return true;
	}
	return new WP_Error(
		'tillside_forbidden',
		__( 'Only Tillside may do this, with a key to this store.', 'tillside' ),
		array( 'status' => rest_authorization_required_code() )
	);
}

/**
 * Stores what was handed over and tells about this site.
 *
 * @param WP_REST_Request $request The permitted and validated request.
 * @return WP_REST_Response|WP_Error
 */
function tillside_take_installation( WP_REST_Request $request ) {
	$app_url = untrailingslashit( $request['app_url'] );
	if ( tillside_app_url() !== $app_url || 0 !== strpos( $request['panel_url'], $app_url . '/panel?' ) ) {
		return new WP_Error(
			'tillside_other_service',
			__( 'This plugin is configured for another Tillside service.', 'tillside' ),
			array( 'status' => 403 )
		);
	}
	tillside_store_installation(
		array(
			'installation_id' => $request['installation_id'],
			'secret'          => $request['secret'],
			'app_url'         => $app_url,
			'panel_url'       => $request['panel_url'],
			'credential'      => tillside_request_credential(),
		)
	);
	return tillside_unstored_answer(
		array(
			'plugin_version' => TILLSIDE_VERSION,
			'home_url'       => tillside_store_url(),
			'admin_url'      => admin_url(),
		)
	);
}

/**
 * Forgets the installation that this key handed over, and revokes the key.
 *
 * @return WP_REST_Response
 */
function tillside_give_back_installation() {
	$credential = tillside_request_credential();
	$stored     = get_option( TILLSIDE_INSTALLATION );
	// An older key that takes its leave doesn't end what a newer one has begun.
	$is_its_own = is_array( $stored ) && $stored['credential'] === $credential;
	if ( $is_its_own ) {
		tillside_forget_installation();
	}
	$revoked = $is_its_own ? tillside_shut_out( $stored ) : tillside_revoke_credential( $credential );
	return tillside_unstored_answer(
		array(
			'forgotten'   => $is_its_own,
			'key_revoked' => $revoked,
		)
	);
}
