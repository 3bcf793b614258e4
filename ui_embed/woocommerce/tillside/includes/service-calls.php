<?php
/**
 * Calls from this server to the service. Each carries a signed ticket and nothing else.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * The service's answer to a call, as an array; an error in plain words when there is none.
 *
 * @param string              $action          One of 'export', 'erase' or 'disconnect'.
 * @param array<string,mixed> $claims          What the ticket says beside that.
 * @param int                 $timeout_seconds How long to wait.
 * @return array<string,mixed>|WP_Error
 */
function tillside_call_service( $action, array $claims = array(), $timeout_seconds = 20 ) {
	$installation = tillside_installation();
	if ( null === $installation ) {
		return new WP_Error( 'tillside_not_connected', __( 'This store is not connected to Tillside.', 'tillside' ) );
	}
	$ticket   = tillside_sign_ticket(
		$installation,
		$claims + array(
			'sub' => 'wordpress',
			'use' => $action,
		)
	);
	$response = wp_remote_post(
		$installation['app_url'] . '/api/v1/plugin/' . $action,
		array(
			'headers'             => array(
				'Content-Type' => 'application/json',
				'Accept'       => 'application/json',
			),
			'body'                => wp_json_encode( array( 'ticket' => $ticket ) ),
			'timeout'             => $timeout_seconds,
			'redirection'         => 0,
			'limit_response_size' => 8 * MB_IN_BYTES,
		)
	);
	return tillside_read_answer( $response );
}

/**
 * What an answer says, or why it says nothing.
 *
 * @param array<string,mixed>|WP_Error $response As wp_remote_post() returns it.
 * @return array<string,mixed>|WP_Error
 */
function tillside_read_answer( $response ) {
	if ( is_wp_error( $response ) ) {
		return new WP_Error( 'tillside_unreachable', __( 'Tillside could not be reached, so it may not have done what was asked. Please try again later.', 'tillside' ) );
	}
	$status = (int) wp_remote_retrieve_response_code( $response );
	$answer = json_decode( wp_remote_retrieve_body( $response ), true );
	if ( 200 === $status && is_array( $answer ) ) {
		return $answer;
	}
	return new WP_Error(
		'tillside_refused',
		sprintf(
			/* translators: %d: an HTTP status, like 500. */
			__( 'Tillside answered with an error (status %d). It may not have done what was asked. Please try again later.', 'tillside' ),
			$status
		)
	);
}
