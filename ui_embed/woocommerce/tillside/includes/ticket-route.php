<?php
/**
 * POST tillside/v1/ticket: a ticket for the panel of the person who is looking.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Registers the route.
 *
 * @return void
 */
function tillside_register_ticket_route() {
	$id = array(
		'type'              => 'integer',
		'minimum'           => 1,
		'sanitize_callback' => 'absint',
		'validate_callback' => 'rest_validate_request_arg',
	);
	register_rest_route(
		'tillside/v1',
		'/ticket',
		array(
			'methods'             => WP_REST_Server::CREATABLE,
			'callback'            => 'tillside_give_ticket',
			'permission_callback' => 'tillside_may_have_ticket',
			'args'                => array(
				'order'    => $id + array( 'description' => __( 'The order that is looked at.', 'tillside' ) ),
				'customer' => $id + array( 'description' => __( 'The user that is looked at.', 'tillside' ) ),
			),
		)
	);
}

/**
 * Whether this request comes from a page of this site's admin, of a person who may see orders.
 *
 * @param WP_REST_Request $request The request.
 * @return true|WP_Error
 */
function tillside_may_have_ticket( WP_REST_Request $request ) {
	$nonce = $request->get_header( 'X-WP-Nonce' );
	if ( ! is_string( $nonce ) || ! wp_verify_nonce( $nonce, 'wp_rest' ) ) {
		return tillside_no_ticket();
	}
	if ( $request['customer'] && ! tillside_may_see_user( (int) $request['customer'] ) ) {
		return tillside_no_ticket();
	}
	if ( ( $request['order'] || ! $request['customer'] ) && ! tillside_may_see_orders() ) {
		return tillside_no_ticket();
	}
	return true;
}

/**
 * Whether the current user may see orders.
 *
 * @return bool
 */
function tillside_may_see_orders() {
	return current_user_can( 'edit_shop_orders' );
}

/**
 * Whether the current user may see that user as a customer.
 *
 * Everybody may edit themselves: so that alone isn't enough.
 *
 * @param int $user_id The user who is looked at.
 * @return bool
 */
function tillside_may_see_user( $user_id ) {
	$staff = current_user_can( 'edit_shop_orders' ) || current_user_can( 'edit_users' );
	return $staff && current_user_can( 'edit_user', $user_id );
}

/**
 * The refusal, the same for whatever reason.
 *
 * @return WP_Error
 */
function tillside_no_ticket() {
	return new WP_Error(
		'tillside_forbidden',
		__( 'You are not allowed to see this in Tillside.', 'tillside' ),
		array( 'status' => rest_authorization_required_code() )
	);
}

/**
 * The ticket, which is never stored by anything in between.
 *
 * @param WP_REST_Request $request The permitted request.
 * @return WP_REST_Response|WP_Error
 */
function tillside_give_ticket( WP_REST_Request $request ) {
	$installation = tillside_installation();
	if ( null === $installation ) {
		return new WP_Error( 'tillside_not_connected', __( 'This store is not connected to Tillside.', 'tillside' ), array( 'status' => 409 ) );
	}
	$subject = tillside_ticket_subject( $request );
	if ( is_wp_error( $subject ) ) {
		return $subject;
	}
	$claims = $subject + array(
		'sub'     => (string) get_current_user_id(),
		'use'     => 'panel',
		'locale'  => get_user_locale(),
		'manager' => current_user_can( 'manage_woocommerce' ),
	);
	return tillside_unstored_answer(
		array(
			'ticket'             => tillside_sign_ticket( $installation, $claims ),
			'expires_in_seconds' => TILLSIDE_TICKET_SECONDS,
		)
	);
}

/**
 * The claims about whom the panel is asked for: an order, a customer, both or neither.
 *
 * @param WP_REST_Request $request The permitted request.
 * @return array<string,string>|WP_Error
 */
function tillside_ticket_subject( WP_REST_Request $request ) {
	$claims = array();
	if ( $request['order'] ) {
		$order = wc_get_order( (int) $request['order'] );
		if ( ! $order || 'shop_order' !== $order->get_type() ) {
			return new WP_Error( 'tillside_no_such_order', __( 'There is no such order.', 'tillside' ), array( 'status' => 404 ) );
		}
		$claims['order'] = (string) $order->get_id();
	}
	if ( $request['customer'] ) {
		$claims['customer'] = (string) (int) $request['customer'];
	}
	return $claims;
}
