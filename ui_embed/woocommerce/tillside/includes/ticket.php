<?php
/**
 * Tickets: JSON Web Tokens of a minute (HS256, RFC 7519) by which the service knows who asks.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

const TILLSIDE_TICKET_SECONDS = 60;

/**
 * A signed ticket: for one use, but for the storefront's proofs.
 *
 * @param array<string,string> $installation As tillside_installation() returns it.
 * @param array<string,mixed>  $claims       What it says beside who signed it, for whom and when.
 * @param int                  $seconds      How long it is good for.
 * @return string
 */
function tillside_sign_ticket( array $installation, array $claims, $seconds = TILLSIDE_TICKET_SECONDS ) {
	$header = array(
		'alg' => 'HS256',
		'typ' => 'JWT',
		'kid' => $installation['installation_id'],
	);
	$now    = time();
	$always = array(
		'iss' => tillside_store_url(),
		'aud' => $installation['app_url'],
		'jti' => bin2hex( random_bytes( 16 ) ),
		'iat' => $now,
		'exp' => $now + $seconds,
	);
	$signed = tillside_base64url( wp_json_encode( $header ) ) . '.' . tillside_base64url( wp_json_encode( $claims + $always ) );
	return $signed . '.' . tillside_base64url( hash_hmac( 'sha256', $signed, $installation['secret'], true ) );
}

/**
 * Bytes as base64url without padding (RFC 7515).
 *
 * @param string $bytes Any bytes.
 * @return string
 */
function tillside_base64url( $bytes ) {
	// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- A token's encoding.
	return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
}
