<?php
/**
 * The installation: what the service handed over when this store was connected.
 *
 * It is read when it is needed and never autoloaded. Its secret signs tickets and leaves
 * the server in no page and in no answer.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

const TILLSIDE_INSTALLATION = 'tillside_installation';

/**
 * The installation (installation_id, secret, app_url, panel_url, credential), null when this
 * store isn't connected to the service that the plugin is configured with.
 *
 * @return array<string,string>|null
 */
function tillside_installation() {
	$stored = get_option( TILLSIDE_INSTALLATION );
	if ( ! is_array( $stored ) || empty( $stored['secret'] ) ) {
		return null;
	}
	return tillside_app_url() === $stored['app_url'] ? $stored : null;
}

/**
 * Stores an installation in place of the one before.
 *
 * @param array<string,string> $installation As tillside_installation() returns it.
 * @return void
 */
function tillside_store_installation( array $installation ) {
	update_option( TILLSIDE_INSTALLATION, $installation, false );
}

/**
 * Forgets the installation, and with it the secret.
 *
 * @return void
 */
function tillside_forget_installation() {
	delete_option( TILLSIDE_INSTALLATION );
}
