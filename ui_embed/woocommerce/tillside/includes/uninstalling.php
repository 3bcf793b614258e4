<?php
/**
 * What deleting the plugin does on a site.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Disconnects at the service, which may be out of reach, takes its access and deletes the options.
 *
 * @return void
 */
function tillside_uninstall() {
	$installation = tillside_installation();
	if ( null !== $installation ) {
		// Whatever it answers: its key goes, and without that it reads nothing here.
		tillside_call_service( 'disconnect', array(), 5 );
		tillside_shut_out( $installation );
	}
	delete_option( TILLSIDE_INSTALLATION );
	delete_option( TILLSIDE_STOREFRONT );
	delete_option( TILLSIDE_CHAT_CHANNEL );
}
